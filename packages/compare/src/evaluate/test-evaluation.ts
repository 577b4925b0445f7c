import type { Cost, ErrorKind, NanoUSD } from '@likeness/core'
import { type Measure, measured, notMeasured, type Reading } from '../measure.js'
import { type ComparisonPlanInput, parseComparisonPlan } from '../plan/schema.js'
import { type PlannedPicture, type PlannedTraining, planWork } from '../plan/work.js'
import type { AttemptLine, StoredImage, WorkLine } from '../run/lines.js'
import { readRun } from '../run/run.js'
import type { Measurements, PictureLine, ScorerLine } from '../score/measurement.js'
import type { Vote } from '../votes/vote.js'
import { type EvaluateRunInput, evaluateRun } from './evaluate-run.js'
import type { Evaluation } from './evaluation.js'

/** What becomes of one piece of planned work. */
export type Fate =
  | {
      readonly state: 'made'
      /** `undefined`: the vendor did not say. */
      readonly cost?: NanoUSD | undefined
      /** Milliseconds in the queue and at work. */
      readonly queueMs?: number
      readonly runMs?: number
      readonly size?: string
      /** Of the picture; default the seed that was asked for. */
      readonly seed?: number
      /** How often it was sent in vain before. */
      readonly returned?: number
      readonly found?: boolean
    }
  | { readonly state: 'failed'; readonly kind: ErrorKind; readonly billed?: 'no' | 'maybe'; readonly cost?: NanoUSD }
  | { readonly state: 'unknown' }
  | { readonly state: 'open' }

/** What the scorers say of one picture. */
export interface Seen {
  /** `no-face` where none was found; left out where nobody scored it. */
  readonly likeness?: number | 'no-face' | undefined
  readonly readings?: Readonly<Record<string, Reading>>
  readonly hash?: string
  readonly embedding?: readonly number[]
}

/** A run made by hand. */
export interface HandMade {
  readonly plan?: Partial<ComparisonPlanInput>
  readonly vendors: readonly string[]
  /** How many prompts. @default 8 */
  readonly prompts?: number
  readonly fate?: (work: PlannedPicture) => Fate
  readonly training?: (work: PlannedTraining) => Fate
  readonly seen?: (work: PlannedPicture) => Seen
  readonly scorers?: readonly ScorerLine[]
  readonly votes?: readonly Vote[]
  /** Of scorers, beside likeness. */
  readonly measures?: readonly Measure[]
  readonly emulated?: boolean | undefined
  readonly id?: string
}

export const cents = (amount: number): NanoUSD => amount * 10_000_000

const bill = (amount: NanoUSD): Cost => ({ amount, currency: 'USD', source: 'vendor-response', lines: [] })

/** Most that a request may cost. */
export const upperBound = cents(10)

const estimate = { minimum: 0, maximum: upperBound, currency: 'USD', lines: [], asOf: '2026-11-01' } as const
const start = Date.parse('2026-11-20T10:00:00.000Z')

function imageOf(key: string, size: string, seed: number): StoredImage {
  const [width = 0, height = 0] = size.split('x').map(Number)
  const sha256 = Buffer.from(key).toString('hex')
  return { sha256, file: `images/${sha256}.png`, bytes: 1, mediaType: 'image/png', width, height, seed }
}

/** The lines of one piece of work that was sent `minute` minutes after the start. */
function linesOf(work: PlannedTraining | PlannedPicture, fate: Fate, second: number): WorkLine[] {
  const { key } = work
  const at = (ms: number) => new Date(start + second * 1000 + ms).toISOString()
  const intent: WorkLine = { type: 'intent', at: at(0), key, idempotencyKey: `key of ${key}`, estimate }
  const handle = {
    version: 1,
    kind: work.kind,
    provider: work.provider,
    id: `job-of-${key}`,
    idempotencyKey: `key of ${key}`,
    startedAt: at(100),
    data: {},
  } as const
  switch (fate.state) {
    case 'open':
      return []
    case 'unknown':
      return [intent, { type: 'unknown', at: at(1000), key }]
    case 'failed': {
      const { kind, billed = 'no', cost } = fate
      const error = { kind, message: `It is ${kind}.`, billed }
      const line: WorkLine = { type: 'failed', at: at(1000), key, error, times: { submitMs: 100 } }
      return [intent, cost === undefined ? line : { ...line, cost: bill(cost) }]
    }
    case 'made': {
      const { cost, queueMs = 1000, runMs = 2000, size = '1024x1024', returned = 0, found = false } = fate
      const inVain = Array.from({ length: returned }, (): WorkLine[] => [intent, { type: 'returned', at: at(50), key }])
      const seed = fate.seed ?? (work.kind === 'generation' ? work.seed : 0)
      const download = work.kind === 'generation' ? { downloadMs: 400 } : {}
      const times = { submitMs: 100, queueMs, jobMs: queueMs + runMs, ...download }
      const end = { type: 'succeeded', at: at(500 + queueMs + runMs), key, times } as const
      const result =
        work.kind === 'generation'
          ? { images: [imageOf(key, size, seed)] }
          : {
              images: [],
              model: {
                provider: work.provider,
                id: `model-of-${key}`,
                base: 'flux-1-dev',
                subject: { className: 'robot' },
                createdAt: at(0),
              },
            }
      return [
        ...inVain.flat(),
        intent,
        { type: 'accepted', at: at(100), key, handle, found, warnings: [] },
        { ...end, ...result, ...(cost !== undefined && { cost: bill(cost) }) },
      ]
    }
  }
}

function embeddingText(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4)
  })
  return bytes.toString('base64')
}

function pictureLine(work: PlannedPicture, { likeness, readings, hash, embedding }: Seen): PictureLine {
  const reading =
    likeness === 'no-face'
      ? notMeasured('no-face', 'No face was found.')
      : likeness === undefined
        ? undefined
        : measured(likeness)
  return {
    type: 'picture',
    scorer: 'likeness-object',
    subject: work.subject,
    fingerprint: 'one',
    key: work.key,
    sha256: Buffer.from(work.key).toString('hex'),
    readings: { ...(reading && { likeness: reading }), ...readings },
    ...(hash !== undefined && { hash }),
    ...(embedding !== undefined && { embedding: embeddingText(embedding) }),
  }
}

/** The measure that vendors are judged by. */
const likenessMeasure = {
  name: 'likeness',
  title: 'Likeness',
  unit: 'share, 0 to 1',
  direction: 'higher',
  meaning: 'The way from strangers to the subject.',
  notMeaning: 'Not beauty.',
} as const

/** A subject of a plan. */
export const robot: ComparisonPlanInput['subjects'][string] = {
  className: 'robot',
  kind: 'product',
  images: ['photos'],
}

/** Makes all that an evaluation needs, with lines as a run writes them. */
export async function handMade(made: HandMade): Promise<EvaluateRunInput> {
  const { vendors, prompts = 8, id = '11111111-2222-3333-4444-555555555555' } = made
  const fate = made.fate ?? (() => ({ state: 'made', cost: cents(3) }) as const)
  const training = made.training ?? (() => ({ state: 'made', cost: cents(200) }) as const)
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { robby: robot },
    vendors: Object.fromEntries(vendors.map((name) => [name, { provider: name }])),
    prompts: Array.from({ length: prompts }, (_, index) => ({ id: `p${index}`, prompt: `{subject} ${index}` })),
    seeds: [1],
    budget: { limitUSD: 100 },
    ...made.plan,
  })
  const work = planWork(plan)
  const lines: AttemptLine[] = [
    ...work.trainings.flatMap((one) => linesOf(one, training(one), 0)),
    ...work.pictures.flatMap((one, index) => linesOf(one, fate(one), 60 + index)),
  ]
  const photos = Object.fromEntries(
    Object.keys(plan.subjects).map((key) => [key, { photos: [imageOf(`photo of ${key}`, '800x800', 0)], heldOut: [] }]),
  )
  const store = {
    read: async () => lines,
    append: async () => {},
    keep: async () => imageOf('', '', 0),
    close: async () => {},
  }
  const run = { id, folder: 'nowhere', plan, emulated: 'emulated' in made ? made.emulated : true, photos, store }
  const summary = await readRun(run)
  const scored = made.seen === undefined ? [] : summary.items.filter(({ state }) => state.state === 'succeeded')
  const pictures = scored.flatMap(({ work: one }) =>
    one.kind === 'generation' && !one.warmUp ? [pictureLine(one, made.seen?.(one) ?? {})] : [],
  )
  const measurements: Measurements = { scorers: made.scorers ?? [], pictures }
  return { run, summary, measurements, votes: made.votes ?? [], measures: [...(made.measures ?? []), likenessMeasure] }
}

/** The evaluation of a run made by hand. */
export async function evaluateHandMade(made: HandMade): Promise<Evaluation> {
  return evaluateRun(await handMade(made))
}
