import { createInterface } from 'node:readline/promises'
import { systemClock } from '@likeness/core'
import type { Io } from './io.js'

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}

function onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  const onSigint = () => listener('SIGINT')
  const onSigterm = () => listener('SIGTERM')
  process.on('SIGINT', onSigint).on('SIGTERM', onSigterm)
  return () => void process.off('SIGINT', onSigint).off('SIGTERM', onSigterm)
}

/** This process: its streams, its terminal, its signals. */
export function processIo(): Io {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    terminal: process.stderr.isTTY ? process.stderr : undefined,
    confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
    onInterrupt,
    exit: (code) => process.exit(code),
  }
}
