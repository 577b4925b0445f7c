import type { OnUnknown } from '@likeness/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDocumented, markdownTable } from './test-document.js'
import { mishaps } from './test-faults.js'
import { type Stage, setStage } from './test-measure.js'
import { knowledgeOf, type PaidOperation, paidOperations, type VendorName } from './test-operations.js'
import { billedJobs, cellOf, disagreements, standingOf } from './test-verdict.js'

function picturesOf(vendor: VendorName): PaidOperation {
  const operation = paidOperations.find((one) => one.vendor === vendor && one.kind === 'generation')
  if (operation === undefined) throw new RangeError(`${vendor} makes no pictures`)
  return operation
}

const pairs = [
  ['astria', 'fal'],
  ['fal', 'segmind'],
  ['segmind', 'astria'],
] as const
const policies: readonly OnUnknown[] = ['fail', 'fallback', 'resend']
const columns = policies.flatMap((onUnknown) => pairs.map((pair) => ({ onUnknown, pair })))

const cells = new Map<string, string>()
const keyOf = ({ onUnknown, pair }: (typeof columns)[number], mishap: string) => `${onUnknown}, ${pair}, ${mishap}`

describe('the invoice of one request that two vendors could make', () => {
  describe.each(columns)('$pair, onUnknown: $onUnknown', (column) => {
    const { onUnknown, pair } = column
    const [first, second] = pair
    const operation = picturesOf(first)
    let stage: Stage
    beforeAll(async () => {
      stage = await setStage(pair)
    })
    afterAll(() => stage.close())

    it.each(mishaps)('$name', async (mishap) => {
      const measured = await stage.measure({ operation, mishap, onUnknown })
      const knowledge = knowledgeOf(operation, mishap)
      const standings = measured.entries.map(standingOf)
      expect(disagreements(measured)).toEqual([])
      // Two are paid for only where the books say so, and because the caller wanted it or its time was over.
      const wanted = knowledge === 'stuck' || (knowledge === 'lost' && onUnknown !== 'fail')
      const mayPayTwice =
        wanted && standings.slice(0, -1).some((standing) => standing === 'unknown' || standing === 'held')
      expect(billedJobs(measured)).toBeLessThanOrEqual(mayPayTwice ? 2 : 1)
      // Nobody knows whether the first was made: the second vendor is not asked unless the caller said so.
      if (knowledge === 'lost' && !operation.find && onUnknown !== 'fallback') {
        expect(measured.submits).not.toContain(second)
      }
      if (knowledge === 'made') expect(measured.submits).not.toContain(second)
      cells.set(keyOf(column, mishap.name), cellOf(measured))
    })
  })

  it('is what docs/invoice.md shows (UPDATE_README=1 writes it)', () => {
    const tables = policies.map((policy) => {
      const shown = columns.filter(({ onUnknown }) => onUnknown === policy)
      const rows = mishaps.map(({ name }) => [
        name,
        ...shown.map((column) => cells.get(keyOf(column, name)) ?? 'not measured'),
      ])
      const head = shown.map(({ pair }) => pair.join(', then '))
      return `### onUnknown: '${policy}'\n\n${markdownTable(['', ...head], rows)}\n`
    })
    expectDocumented('invoice.md', 'invoice-fallback', tables.join('\n'))
  })
})
