import { rm } from 'node:fs/promises'
import type { Portfolio } from '@likeness/core'
import { type KeptWeights, listKeptWeights, namesIn, recordPath, weightsPath } from '../weights/kept-weights.js'
import { wordsOf } from './erase-generations.js'
import type { ReceiptLine } from './receipt.js'

async function eraseOne(folder: string, kept: KeptWeights, dryRun: boolean): Promise<ReceiptLine> {
  const line = { provider: kept.provider, kept: true, item: 'weights', id: kept.model } as const
  if (dryRun) return { ...line, outcome: 'planned' }
  try {
    // The record last: as long as it is there, a second try finds the file.
    await rm(weightsPath(folder, kept.sha256), { force: true })
    await rm(recordPath(folder, kept.sha256), { force: true })
    return { ...line, outcome: 'deleted', count: 1 }
  } catch (error) {
    return { ...line, outcome: 'failed', detail: wordsOf(error) }
  }
}

/** Whose weights they are cannot be told; silence could pass them over. */
function ofNobody(name: string, problem: string): ReceiptLine {
  const detail = `${name} ${problem}; look whose weights it is about.`
  return { provider: 'unknown', kept: true, item: 'weights', outcome: 'failed', detail }
}

/** Files of `keepWeights` without a record: of a process that ended in between, or of a download at this moment. */
async function unrecordedIn(folder: string): Promise<readonly ReceiptLine[]> {
  const names = await namesIn(folder)
  return names
    .filter((name) => /^[0-9a-f]{64}\.safetensors$|^[0-9a-f-]{36}\.partial$/.test(name))
    .filter((name) => name.endsWith('.partial') || !names.includes(name.replace(/safetensors$/, 'json')))
    .map((name) => ofNobody(name, 'has no record'))
}

/** Deletes the weights of a portfolio's models from a folder of the app's. Never rejects. */
export async function eraseKeptWeights(
  portfolio: Portfolio,
  folder: string,
  dryRun: boolean,
): Promise<readonly ReceiptLine[]> {
  const isOurs = ({ provider, model }: KeptWeights) =>
    portfolio.models.some((own) => own.provider === provider && own.id === model)
  try {
    const lines: ReceiptLine[] = []
    for (const { name, kept, problem } of await listKeptWeights(folder)) {
      if (kept === undefined) lines.push(ofNobody(name, problem))
      else if (isOurs(kept)) lines.push(await eraseOne(folder, kept, dryRun))
    }
    return [...lines, ...(await unrecordedIn(folder))]
  } catch (error) {
    return [{ provider: 'unknown', kept: true, item: 'weights', outcome: 'failed', detail: wordsOf(error) }]
  }
}
