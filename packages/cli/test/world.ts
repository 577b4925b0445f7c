import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, createVirtualClock, type Emulator } from '@likeness/emulator'
import type { Io } from '../src/io.js'
import { main } from '../src/main.js'
import { writePhotos } from './photos.js'

/** What a command left behind. */
interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as one JSON document. */
  readonly document: unknown
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly confirm?: (question: string) => Promise<boolean>
  /** How far this machine's clock is ahead of the vendors'. @default 0 */
  readonly skewMs?: number
}

/** An empty folder, an emulator behind real sockets on a virtual clock, and the CLI to run in both. */
export interface World {
  readonly folder: string
  readonly emulator: Emulator
  /** Runs a command line in process. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>
  write(name: string, content: string | Uint8Array): Promise<string>
  photos(count?: number, name?: string, side?: number): Promise<string>
  /** A config whose providers are at the emulator by their addresses, as a person would write them. */
  config(entry?: Readonly<Record<string, unknown>>): Promise<string>
  close(): Promise<void>
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-cli-'))
  // The servers' Date header is the machine's own, so the clock starts there.
  const clock = createVirtualClock(Date.now())
  const emulator = createEmulator({ clock })
  const endpoints = await emulator.listen()
  const path = (name: string) => join(folder, name)
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path(name), content)
    return path(name)
  }
  return {
    folder,
    emulator,
    write,
    photos: (count = 5, name = 'photos', side = 1024) => writePhotos(path(name), count, side),
    config: (entry = {}) =>
      write(
        'likeness.config.json',
        JSON.stringify({
          providers: {
            astria: { adapter: 'astria', ...endpoints.astria, ...entry },
            fal: { adapter: 'fal', ...endpoints.fal, ...entry },
            segmind: { adapter: 'segmind', ...endpoints.segmind, ...entry },
          },
        }),
      ),
    async run(args, options = {}) {
      let stdout = ''
      let stderr = ''
      const io: Io = {
        stdout: (text) => {
          stdout += text
        },
        stderr: (text) => {
          stderr += text
        },
        env: { LIKENESS_EMULATOR: endpoints.control, ...options.env },
        cwd: folder,
        clock: { now: () => clock.now() + (options.skewMs ?? 0), sleep: clock.sleep },
        confirm: options.confirm,
        onInterrupt: () => () => {},
        exit: (code) => {
          throw new Error(`the process would have ended with ${code}`)
        },
      }
      const code = await main(args, io)
      return { code, stdout, stderr, document: parsed(stdout) }
    },
    async close() {
      await emulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
