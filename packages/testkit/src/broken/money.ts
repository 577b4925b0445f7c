import { LikenessError } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import { type Defect, defect, wireDefect } from './defect.js'

const lost = ['connection reset after', '502 after', '504 after', 'truncated 200', 'no answer, accepted']
const never = ['connection reset before', '502 before', '504 before', 'no answer, not accepted']
const clear = ['refused', 'rate-limited once', 'rate-limited once, Retry-After 7 seconds']

const titles = (kind: string, scenarios: readonly string[], rest: string) =>
  scenarios.map((scenario) => `billing > ${kind}, ${scenario}: ${rest}`)

const one = 'never two jobs, and the answer is true'
const truth = 'every attempt is reported, truthfully'
const find = 'find tells what became of it'
const resolved = (kind: string, what: string) =>
  `billing > ${kind}: an answer that is ${what} is resolved by the job runtime, or said to be unknown`

const submits = (input: Parameters<typeof fetch>[0], init: RequestInit | undefined) =>
  init?.method === 'POST' && /\/(generations|fine-tunes)$/.test(String(input))

/** Defects that cost money, or hide what it cost. */
export const moneyDefects: Readonly<Record<string, Defect>> = {
  'sends a billable request again after the connection broke': wireDefect(
    'full',
    (fetch) => async (input, init) => {
      try {
        return await fetch(input, init)
      } catch (error) {
        const reset = error instanceof TypeError && JSON.stringify(error.cause).includes('ECONNRESET')
        if (reset && submits(input, init)) return fetch(input, init)
        throw error
      }
    },
    ['fine-tune', 'generation'].flatMap((kind) => [
      ...titles(kind, ['connection reset after'], one),
      ...titles(kind, ['connection reset before', 'connection reset after'], truth),
      ...titles(kind, ['connection reset after'], find),
      resolved(kind, 'lost'),
    ]),
  ),
  'starts again when the outcome is unknown': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) =>
          start(request, options).catch((error: unknown) => {
            if (LikenessError.is(error) && error.kind === 'outcome-unknown') return start(request, options)
            throw error
          }),
      }),
    },
    [
      ...titles('generation', lost, one),
      ...titles('generation', lost, find),
      resolved('generation', 'lost'),
      'errors > generation.submit: server-error',
    ],
  ),
  'reports lost answers as rejected': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options = {}) =>
          start(request, {
            ...options,
            onAttempt: (attempt) =>
              options.onAttempt?.(attempt.outcome === 'unknown' ? { ...attempt, outcome: 'rejected' } : attempt),
          }),
      }),
    },
    [...titles('generation', [...never, ...lost], truth), resolved('generation', 'lost')],
  ),
  'does not report attempts': defect(
    'full',
    { fineTune: ({ start }) => ({ start: (request, { onAttempt: _, ...options } = {}) => start(request, options) }) },
    [
      ...titles('fine-tune', [...clear, ...never, ...lost], truth),
      resolved('fine-tune', 'lost'),
      'everyday > fineTune trains, and tells what it took',
    ],
  ),
  'finds whatever is newest': defect(
    'full',
    {
      generate: ({ list, find }) => ({
        find: async (request, options) => {
          const found = await find(request, options)
          const [newest] = (await list()).items
          return found && newest && { ...found, id: newest.id }
        },
      }),
    },
    ['generate > find knows a generation by its request, or is unsupported'],
  ),
  'ignores the pause that the vendor asks for': {
    profile: 'full',
    create: (environment) => {
      const { clock } = environment
      const hasty = {
        now: () => clock.now(),
        sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 100, signal),
      }
      return { ...createReference({ ...environment, clock: hasty }), clock }
    },
    caughtBy: [
      'billing > fine-tune: the pause that the vendor asks for is kept',
      'billing > generation: the pause that the vendor asks for is kept',
    ],
  },
  'estimates too little': defect(
    'full',
    {
      generate: ({ estimate }) => ({
        estimate: (request) => {
          const full = estimate(request)
          return full && { ...full, minimum: full.minimum / 2, maximum: full.maximum / 2 }
        },
      }),
    },
    ['billing > the estimate of a generation covers what is billed'],
  ),
  'reports a cost of zero where it is not known': defect(
    'full',
    {
      generate: ({ status }) => ({
        status: async (handle, options) => {
          const read = await status(handle, options)
          if (read.state !== 'succeeded') return read
          return { ...read, cost: { amount: 0, currency: 'USD', source: 'price-table', lines: [] } }
        },
      }),
    },
    [
      'billing > estimates and costs are whole nano-USD that add up',
      'billing > the cost that is reported is the one that is billed',
      'wire > every recorded answer is read as it was meant',
    ],
  ),
  'trains for money where a mock was asked for': defect(
    'full',
    { fineTune: ({ start }) => ({ start: (request, options) => start({ ...request, mode: 'live' }, options) }) },
    ['fine-tune > a mock training is free and says so, or is refused'],
  ),
}
