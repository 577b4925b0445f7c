import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareEmulated, type Fidelities } from '../../bench/truth/compare-emulated.js'
import { prompts } from '../../bench/truth/prompts.js'
import { evaluateRun } from '../evaluate/evaluate-run.js'
import type { Evaluation } from '../evaluate/evaluation.js'
import { verifyModel } from '../models/cache.js'
import { pinnedModel } from '../models/pinned.js'
import { parseComparisonPlan } from '../plan/schema.js'
import { writeReport } from '../report/write-report.js'
import { defaultScorers } from '../score/default-scorers.js'
import { objectLikenessScorer } from '../score/likeness.js'
import type { Scorer } from '../score/scorer.js'

const photo = (number: number) => new URL(`../../../../examples/photos/robot-${number}.jpg`, import.meta.url).pathname

/** All that stands between photos and a report, at vendors whose quality is known. */
async function compareRobots(folder: string, fidelities: Fidelities, scorers: readonly Scorer[]) {
  const plan = parseComparisonPlan({
    version: 1,
    subjects: {
      robot: { className: 'robot', kind: 'product', images: [1, 2, 3, 4, 5].map(photo), heldOut: [6, 7, 8].map(photo) },
    },
    vendors: { astria: { provider: 'astria' }, fal: { provider: 'fal' }, segmind: { provider: 'segmind' } },
    prompts: prompts(12),
    seeds: [1],
    sizes: ['384x384'],
    budget: { limitUSD: 50 },
  })
  const compared = await compareEmulated({ folder, plan, fidelities, scorers })
  // The draws of a bootstrap follow from the id, which is a new one for each run.
  const evaluation = evaluateRun({ ...compared, run: { ...compared.run, id: 'three-qualities' } })
  const { html } = await writeReport({ folder, evaluation })
  return { evaluation, page: await readFile(html, 'utf8') }
}

const { state } = await verifyModel(pinnedModel('resnet50'))
const title = 'a comparison of a faithful vendor, a half faithful one, and one that drops the LoRA'
const skipped = `${title} (skipped: resnet50 is ${state}; likeness models pull fetches it)`

describe.skipIf(state !== 'cached').each([
  { faithful: 'fal', half: 'astria', dropped: 'segmind', scorers: defaultScorers() },
  // What a vendor's pictures look like otherwise must not decide: the same with the parts swapped.
  { faithful: 'segmind', half: 'fal', dropped: 'astria', scorers: [objectLikenessScorer()] },
] as const)(
  `${state === 'cached' ? title : skipped}: $faithful, $half, $dropped`,
  ({ faithful, half, dropped, scorers }) => {
    let folder = ''
    let evaluation: Evaluation
    let page = ''
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'likeness-truth-'))
      const fidelities = { [faithful]: 'faithful', [half]: 'half', [dropped]: 'dropped' } satisfies Fidelities
      const compared = await compareRobots(folder, fidelities, scorers)
      evaluation = compared.evaluation
      page = compared.page
    }, 120_000)
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const vendor = (name: string) => evaluation.vendors.find((one) => one.name === name)
    const likenessAt = (name: string) => {
      const figure = vendor(name)?.figures.likeness
      return figure?.state === 'measured' ? figure.value : Number.NaN
    }
    const isFlagged = (name: string) => vendor(name)?.flags.some(({ kind }) => kind === 'not-the-subject')

    it('puts them in their order, and names the faithful one the winner', () => {
      expect(likenessAt(faithful)).toBeGreaterThan(0.8)
      expect(likenessAt(half)).toBeLessThan(likenessAt(faithful) - 0.1)
      expect(likenessAt(half)).toBeGreaterThan(0.4)
      expect(likenessAt(dropped)).toBeLessThan(0.2)
      expect(evaluation.judged[0]).toMatchObject({
        measure: 'likeness',
        verdict: { outcome: 'winner', winner: faithful },
      })
      const halfAgainstDropped = evaluation.judged[0]?.verdict.comparisons.find(
        ({ first, second }) => first !== faithful && second !== faithful,
      )
      expect(halfAgainstDropped).toMatchObject({ state: 'compared', better: half })
    })

    it('flags the dropped LoRA as not the subject, and that alone', () => {
      expect([faithful, half, dropped].map(isFlagged)).toEqual([false, false, true])
      const usable = evaluation.pictures.filter((picture) => picture.vendor === dropped && picture.usable === true)
      expect(usable).toEqual([])
    })

    it('recommends the faithful one, and says why not the others', () => {
      expect(evaluation.recommendation?.order).toEqual([faithful])
      const excluded = new Map(evaluation.recommendation?.excluded.map(({ vendor: name, reason }) => [name, reason]))
      expect([...excluded.keys()].sort()).toEqual([half, dropped].sort())
      expect(excluded.get(dropped)).toMatch(/do not show robot/)
      expect(excluded.get(half)).toMatch(/worse .*by more than the margin/)
    })

    it('says all that on the page', () => {
      const { document } = parseHTML(page)
      const wordsOf = (element: { readonly textContent: string }) => element.textContent.replace(/\s+/g, ' ').trim()
      const flags = [...document.querySelectorAll('.flag')].map(wordsOf)
      const notTheSubject = flags.filter((flag) => /do not show/.test(flag))
      expect(notTheSubject).toEqual([
        expect.stringMatching(
          new RegExp(`^Not the subject ${dropped} ?The pictures do not show robot: their likeness is 0`),
        ),
      ])
      const text = wordsOf(document.body)
      expect(text).toContain(`${faithful} shows the subject better than`)
      expect(text).toContain(`${faithful} is recommended`)
      expect(text).not.toContain(`${dropped} is recommended`)
    })
  },
)
