import { createInterface } from 'node:readline'
import { systemClock } from '@likeness/core'
import type { Io } from './io.js'
import { printable } from './printable.js'

/** The answer to a yes-or-no question; no answer (end of input, interrupt) is a no. */
function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise((resolve) => {
    lines.on('close', () => resolve(false))
    // The interface takes Ctrl-C for itself; the session must hear of it.
    lines.on('SIGINT', () => {
      lines.close()
      process.emit('SIGINT')
    })
    lines.question(`${printable(question)} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()))
      lines.close()
    })
  })
}

function onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  const onSigint = () => listener('SIGINT')
  const onSigterm = () => listener('SIGTERM')
  process.on('SIGINT', onSigint).on('SIGTERM', onSigterm)
  return () => void process.off('SIGINT', onSigint).off('SIGTERM', onSigterm)
}

/** Where lines can be redrawn: a terminal of known width that is no dumb one and no log of a CI run. */
function terminal(): NodeJS.WriteStream | undefined {
  const { stderr, env } = process
  return stderr.isTTY && stderr.columns > 0 && env.TERM !== 'dumb' && !env.CI ? stderr : undefined
}

/** This process: its streams, its terminal, its signals. */
export function processIo(): Io {
  return {
    stdout: (text) => void process.stdout.write(printable(text)),
    stderr: (text) => void process.stderr.write(printable(text)),
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    terminal: terminal(),
    confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : undefined,
    onInterrupt,
    exit: (code) => process.exit(code),
  }
}

/** A reader that has seen enough (`likeness list | head`) closes the pipe: that ends the process, and is no failure. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}
