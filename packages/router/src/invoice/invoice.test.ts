import type { OnUnknown } from '@likeness/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectDocumented, markdownTable } from './test-document.js'
import { type Mishap, mishaps } from './test-faults.js'
import { type Measured, type Scene, type Stage, setStage } from './test-measure.js'
import { knowledgeOf, type PaidOperation, paidOperations } from './test-operations.js'
import { billedJobs, cellOf, disagreements, expectedStandings, standingOf } from './test-verdict.js'

/** Measures and checks one cell. */
async function cell(stage: Stage, scene: Scene): Promise<Measured> {
  const measured = await stage.measure(scene)
  expect(disagreements(measured)).toEqual([])
  expect(expectedStandings(scene, measured)).toContainEqual(measured.entries.map(standingOf))
  const mayPayTwice = scene.onUnknown === 'resend' && measured.entries.map(standingOf)[0] === 'unknown'
  expect(billedJobs(measured)).toBeLessThanOrEqual(mayPayTwice ? 2 : 1)
  return measured
}

function sweep(
  title: string,
  marker: string | undefined,
  {
    onUnknown,
    struckBy,
    inTwoSteps = false,
  }: { onUnknown: OnUnknown; struckBy: readonly Mishap[]; inTwoSteps?: boolean },
) {
  const cells = new Map<string, string>()
  const key = (operation: PaidOperation, mishap: Mishap) => `${operation.name}, ${mishap.name}`

  describe(title, () => {
    describe.each(paidOperations)('$name', (operation) => {
      let stage: Stage
      beforeAll(async () => {
        stage = await setStage([operation.vendor])
      })
      afterAll(() => stage.close())

      it.each(struckBy)('$name', async (mishap) => {
        const measured = await cell(stage, { operation, mishap, onUnknown, inTwoSteps })
        cells.set(key(operation, mishap), cellOf(measured))
      })
    })

    if (marker === undefined) return
    it('is what docs/invoice.md shows (UPDATE_README=1 writes it)', () => {
      const head = ['', ...paidOperations.map(({ name }) => name)]
      const rows = struckBy.map((mishap) => [
        mishap.name,
        ...paidOperations.map((operation) => cells.get(key(operation, mishap)) ?? 'not measured'),
      ])
      expectDocumented('invoice.md', marker, markdownTable(head, rows))
    })
  })
}

const lost = mishaps.filter((mishap) => paidOperations.some((operation) => knowledgeOf(operation, mishap) === 'lost'))

sweep('the invoice of one request', 'invoice', { onUnknown: 'fail', struckBy: mishaps })
sweep('the invoice of one request that is started, and waited for later', undefined, {
  onUnknown: 'fail',
  struckBy: mishaps,
  inTwoSteps: true,
})
sweep('the invoice of one request that is sent again once its answer is lost', 'invoice-resend', {
  onUnknown: 'resend',
  struckBy: lost.filter(({ knowledge }) => knowledge === 'lost'),
})
