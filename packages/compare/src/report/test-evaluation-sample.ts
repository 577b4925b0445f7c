import type {
  EvaluatedPicture,
  EvaluatedTraining,
  Evaluation,
  Figure,
  ReportedMeasure,
  VendorEvaluation,
} from '../evaluate/evaluation.js'
import { measured, notMeasured, type Reading } from '../measure.js'
import { technicalMeasures } from '../pixels/technical-quality.js'
import { type Random, seededRandom } from '../statistics/random.js'
import { verdict } from '../statistics/verdict.js'
import { agreementOf } from '../votes/agreement.js'
import { explainVotes } from '../votes/explain-votes.js'
import { rankVotes } from '../votes/rank-votes.js'
import type { Vote } from '../votes/vote.js'

/** Likeness, cost, time and reliability that a vendor is drawn with. */
const vendors = {
  north: { provider: 'north', likeness: 0.82, cost: 32_000_000, ms: 8_000 },
  'south-long': { provider: 'south', likeness: 0.74, cost: 21_500_000, ms: 14_000 },
  west: { provider: 'west', likeness: 0.06, cost: 15_000_000, ms: 5_000 },
} as const
type VendorName = keyof typeof vendors
const names = Object.keys(vendors) as readonly VendorName[]

const prompts = [
  { id: 'beach', prompt: 'a photo of {subject} on a beach' },
  { id: 'snow', prompt: 'a portrait of {subject} in the snow, soft light, 85 mm, looking at the camera' },
  { id: 'space', prompt: '{subject} as an astronaut, oil painting' },
  { id: 'table', prompt: '{subject} on a wooden table' },
  { id: 'street', prompt: '{subject} in a busy street at night, neon lights' },
  { id: 'forest', prompt: '{subject} in a forest' },
]
const subjects = [
  { key: 'robby', subject: { className: 'robot toy', kind: 'product', name: 'Robby' } },
  { key: 'mug', subject: { className: 'mug', kind: 'product' } },
] as const
const seeds = [11, 12]

const share = { unit: 'share, 0 to 1' } as const
const range = { minimum: 0.9, median: 1, maximum: 1, photos: 6 }
const measures: readonly ReportedMeasure[] = [
  {
    name: 'likeness',
    title: 'Likeness',
    unit: '0 to 1',
    direction: 'higher',
    meaning: 'Share of the way from other subjects to the subject itself.',
    notMeaning: 'Not beauty: a copied photo scores best.',
    of: 'picture',
    scorer: 'likeness-object',
    photos: { robby: range, mug: range },
  },
  {
    name: 'near-duplicates',
    title: 'Near-duplicates',
    ...share,
    direction: 'lower',
    meaning: 'Pictures that are nearly the same as another one of the prompt.',
    notMeaning: 'Not sameness of pose or idea.',
    of: 'set',
  },
  ...technicalMeasures.slice(0, 5).map((one): ReportedMeasure => ({ ...one, of: 'picture', scorer: 'technical' })),
  {
    name: 'usable',
    title: 'Usable pictures',
    ...share,
    direction: 'higher',
    meaning: 'Pictures that came, have the size asked for, show the subject and copy no photo.',
    notMeaning: 'Not what a person would publish.',
    of: 'picture',
  },
  {
    name: 'picture-cost',
    title: 'Cost per picture',
    unit: 'nano-USD',
    direction: 'lower',
    meaning: 'What each picture was charged with.',
    notMeaning: 'Not the training.',
    of: 'picture',
  },
  {
    name: 'training-cost',
    title: 'Training',
    unit: 'nano-USD',
    direction: 'lower',
    meaning: 'What a training was charged with.',
    notMeaning: 'Not what keeping the model costs.',
    of: 'job',
  },
  {
    name: 'picture-time',
    title: 'Time per picture',
    unit: 'ms',
    direction: 'lower',
    meaning: 'From the request to the last byte.',
    notMeaning: 'Not the time of another day.',
    of: 'picture',
  },
  {
    name: 'failure-rate',
    title: 'Failed',
    ...share,
    direction: 'lower',
    meaning: 'Pictures asked for that did not come.',
    notMeaning: 'Not downtime.',
    of: 'job',
  },
]

const noise = (random: Random, width: number) => (random() + random() - 1) * width
const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`

function trailOf(last: string) {
  return [
    { at: at(3), text: 'sent' },
    { at: at(3), text: 'accepted as job-17' },
    { at: at(4), text: last },
  ]
}

function readingsOf(vendor: VendorName, seed: number, random: Random): Record<string, Reading> {
  const likeness = Math.min(1, Math.max(0, vendors[vendor].likeness + noise(random, 0.16)))
  const technical = technicalMeasures.slice(0, 5).map(({ name }) => [name, measured(0.5 + noise(random, 0.3))] as const)
  const unscored = vendor === 'south-long' && seed === 12 && random() < 0.3
  return {
    likeness: unscored ? notMeasured('failed', 'the picture could not be decoded') : measured(likeness),
    ...Object.fromEntries(technical),
  }
}

function pictureOf(vendor: VendorName, subject: string, prompt: string, seed: number, random: Random) {
  const { cost, ms, provider } = vendors[vendor]
  const key = `${vendor}/${subject}/${prompt}/${seed}`
  const times = { submitMs: 300, jobMs: ms + noise(random, ms / 2), downloadMs: 120 }
  const asked = { key, provider, subject, vendor, prompt, seed, repeat: 1, size: '1024x1024' } as const
  if (prompt === 'street' && vendor === 'south-long') {
    const error = {
      kind: 'content-blocked',
      message: 'The filter refused the prompt.',
      billed: 'no',
      hint: 'Say it in other words.',
    } as const
    return { ...asked, state: 'failed', times: {}, error, readings: {}, faults: [], trail: trailOf('refused') } as const
  }
  const sha256 = Buffer.from(key).toString('hex')
  const readings = readingsOf(vendor, seed, random)
  const likeness = readings.likeness
  const usable = likeness?.state !== 'measured' || likeness.value >= 0.5
  return {
    ...asked,
    state: 'succeeded',
    cost: { amount: cost, currency: 'USD', source: 'vendor-response', lines: [] },
    times,
    image: {
      sha256,
      file: `images/${vendor}-${subject}-${prompt}-${seed}.jpg`,
      bytes: 200_000,
      mediaType: 'image/jpeg',
      width: 1024,
      height: 1024,
      seed,
    },
    readings,
    usable,
    faults: usable ? [] : ['does not show the subject: likeness 0.06, of at least 0.50'],
    trail: trailOf('succeeded'),
  } as const satisfies EvaluatedPicture
}

const trainings: readonly EvaluatedTraining[] = names.flatMap((vendor) =>
  subjects.map(({ key: subject }) => ({
    key: `training/${vendor}/${subject}`,
    provider: vendors[vendor].provider,
    subject,
    state: 'succeeded',
    cost: { amount: 2_000_000_000, currency: 'USD', source: 'price-table', lines: [] },
    times: { submitMs: 900, jobMs: 180_000 },
    trail: trailOf('succeeded'),
    vendors: [vendor],
    model: `model-${vendor}-${subject}`,
  })),
)

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function figure(value: number, half: number, count: number): Figure {
  return { state: 'measured', value, count, interval: { low: value - half, high: value + half, confidence: 0.95 } }
}

function vendorOf(name: VendorName, pictures: readonly EvaluatedPicture[]): VendorEvaluation {
  const own = pictures.filter(({ vendor }) => vendor === name)
  const made = own.filter(({ image }) => image !== undefined)
  const valuesOf = (measure: string) =>
    made.flatMap(({ readings }) => {
      const reading = readings[measure]
      return reading?.state === 'measured' ? [reading.value] : []
    })
  const ofPictures = measures
    .filter(({ scorer }) => scorer !== undefined)
    .map(({ name: measure }) => [measure, figure(meanOf(valuesOf(measure)), 0.05, valuesOf(measure).length)] as const)
  const usable = made.filter((picture) => picture.usable).length / own.length
  const durationsMs = made.map(({ times }) => times.jobMs ?? 0)
  return {
    name,
    provider: vendors[name].provider,
    settings: { fineTune: { steps: 1000 }, generate: name === 'south-long' ? { steps: 40 } : {} },
    figures: {
      ...Object.fromEntries(ofPictures),
      'near-duplicates': { state: 'measured', value: 0, count: 12 },
      usable: figure(usable, Math.min(usable, 1 - usable, 0.06), own.length),
      'picture-cost':
        name === 'south-long'
          ? { state: 'not-measured', message: 'the cost of 2 pictures is unknown' }
          : { state: 'measured', value: vendors[name].cost, count: made.length },
      'training-cost': { state: 'measured', value: 2_000_000_000, count: 2 },
      'picture-time': figure(meanOf(durationsMs), 400, made.length),
      'failure-rate': { state: 'measured', value: 1 - made.length / own.length, count: own.length },
    },
    durationsMs,
    missing: own.length - made.length,
    flags:
      name === 'west'
        ? [
            {
              kind: 'not-the-subject',
              message: 'west does not show the subject: likeness 0.06, at most 0.11, where other subjects have 0.',
            },
          ]
        : [],
  }
}

function sampleVotes(random: Random): readonly Vote[] {
  return prompts.flatMap(({ id: prompt }) =>
    ['first', 'second', 'third'].flatMap((voter) =>
      names.flatMap((left, index) =>
        names.slice(index + 1).flatMap((right) =>
          seeds.map((seed): Vote => {
            const ahead = vendors[left].likeness - vendors[right].likeness + noise(random, 0.3)
            return { voter, prompt, seed, left, right, choice: ahead > 0.03 ? 'left' : ahead < -0.03 ? 'right' : 'tie' }
          }),
        ),
      ),
    ),
  )
}

function judgedOf(pictures: readonly EvaluatedPicture[], random: Random): Evaluation['judged'] {
  const scores = pictures.flatMap(({ vendor, subject, prompt, seed, readings: { likeness } }) =>
    likeness?.state === 'measured' ? [{ vendor, prompt: `${subject}/${prompt}`, seed, value: likeness.value }] : [],
  )
  const explanation = [
    'north is better than south-long and west.',
    'north is ahead of south-long by 0.08 (95 %: 0.05 to 0.11).',
  ]
  return [{ measure: 'likeness', verdict: verdict({ scores, direction: 'higher', margin: 0.05, random }), explanation }]
}

/** Three vendors, two subjects, six prompts, two seeds: one vendor does not show the subject, one is blocked at a prompt. */
export function sampleEvaluation(changes: Partial<Evaluation> = {}): Evaluation {
  return { ...sample, ...changes }
}

function makeSample(): Evaluation {
  const random = seededRandom(7)
  const pictures: readonly EvaluatedPicture[] = subjects.flatMap(({ key }) =>
    prompts.flatMap(({ id }) =>
      names.flatMap((vendor) => seeds.map((seed) => pictureOf(vendor, key, id, seed, random))),
    ),
  )
  const votes = sampleVotes(random)
  const ranking = rankVotes({ votes, random })
  return {
    version: 1,
    run: {
      id: '3f2a9c1b-0d52-4a0a-9a52-2f4f1c1f8f00',
      startedAt: at(0),
      endedAt: at(24),
      complete: true,
      emulated: true,
      spent: 13_520_000_000,
      committed: 13_600_000_000,
    },
    subjects: subjects.map(({ key, subject }) => ({
      key,
      subject,
      photos: [1, 2, 3, 4, 5].map((photo) => `photos/${key}-${photo}.jpg`),
      heldOut: [6, 7, 8].map((photo) => `photos/${key}-${photo}.jpg`),
    })),
    prompts,
    seeds,
    sizes: ['1024x1024'],
    repeats: 1,
    margin: 0.05,
    measures,
    vendors: names.map((name) => vendorOf(name, pictures)),
    trainings,
    pictures,
    judged: judgedOf(pictures, random),
    votes: { ranking, agreement: agreementOf(votes), explanation: explainVotes(ranking) },
    answer: [
      'north has the best likeness: 0.82 (95 %: 0.79 to 0.85), ahead of south-long by 0.08 (0.05 to 0.11).',
      'A picture of north costs $0.032.',
      'west does not show the subject.',
      'The vendors were emulated: none of this says anything about a real vendor.',
    ],
    recommendation: {
      order: ['north', 'south-long'],
      excluded: [{ vendor: 'west', reason: 'it does not show the subject' }],
      reasons: ['north has the best likeness.', 'south-long may stand in: it shows the subject.'],
    },
    scorers: [
      {
        id: 'likeness-object',
        subject: 'robby',
        models: [{ id: 'resnet50', sha256: 'ab'.repeat(32) }],
        notes: ['Measured against 3 photos that were kept back.'],
      },
      { id: 'technical', subject: 'robby', models: [], notes: [] },
      {
        id: 'likeness-face',
        subject: 'mug',
        reason: 'likeness not scored: run `likeness models pull`',
        models: [],
        notes: [],
      },
    ],
    limits: ['6 prompts and 2 seeds: other prompts may come out otherwise.', 'Times are those of one day.'],
  }
}

// Made once: its intervals and rankings are drawn, which takes a while.
const sample = makeSample()
