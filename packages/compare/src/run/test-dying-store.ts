import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunStore } from './store.js'

/** When a process dies: amid a line, or right after it. To die before a line is to die amid it with nothing written. */
export type Death = 'amid' | 'after'

/** What the work of a process that is dead comes to. */
export class Killed extends Error {}

/** A store whose process dies at its n-th write: nothing is written from then on. */
export function dyingStore(folder: string, store: RunStore, n: number, death: Death): RunStore {
  let writes = 0
  let dead = false
  const underWay = new Set<Promise<unknown>>()
  async function write<Value>(perform: () => Promise<Value>, torn: () => Promise<void>): Promise<Value> {
    if (dead) throw new Killed()
    writes += 1
    if (writes < n) {
      const performed = perform()
      underWay.add(performed)
      return performed.finally(() => underWay.delete(performed))
    }
    dead = true
    // Lines are written one after the other: those before this one are whole.
    await Promise.allSettled(underWay)
    if (death === 'after') await perform()
    if (death === 'amid') await torn()
    throw new Killed()
  }
  return {
    read: () => store.read(),
    close: () => store.close(),
    append: (line) =>
      write(
        () => store.append(line),
        () => {
          const text = JSON.stringify(line)
          return appendFile(join(folder, 'attempts.jsonl'), text.slice(0, text.length / 2))
        },
      ),
    keep: (picture) =>
      write(
        () => store.keep(picture),
        async () => {},
      ),
  }
}
