import {
  type FineTuneRequest,
  type FineTuneStatus,
  type FineTuneSucceeded,
  type Finished,
  type GenerateRequest,
  type GenerationStatus,
  type GenerationSucceeded,
  type ImageResult,
  LikenessError,
  type RunContext,
  type TrailEntry,
} from '@likeness/core'
import { trainingFor } from '../eligibility.js'
import { actionAfter } from '../rules.js'
import type { Leaf } from '../strategy/node.js'
import { attempt } from './attempt.js'
import type { AttemptResult } from './attempt-types.js'
import { chunkRequest } from './chunk-request.js'
import type { Environment } from './environment.js'
import { failureOf } from './failure.js'
import { joinHandles, type Missing, type Part } from './handles.js'
import { race } from './hedge.js'
import { generation, training } from './jobs.js'
import { trainFor } from './on-demand.js'
import { firstPart, maximumImagesAt, prepareGeneration, prepareTraining, pricedGeneration } from './prepare.js'
import { beginRun, type RequestRun, tellEnd } from './request-run.js'
import { chunksOf, createSlots, failuresIn, fill, lacking, pendingOf, type Slot } from './slots.js'
import { costOfTrail } from './trail.js'
import { type Fault, type Visit, type Walk, walk } from './walk.js'
import { wayOf } from './way.js'

type Won<Status> = Extract<AttemptResult<Status>, { readonly type: 'succeeded' }>

function finish<Status>(
  run: RequestRun,
  parts: readonly Part[],
  missing: readonly Missing[],
  status: Finished<Status>['status'],
  outcome: 'succeeded' | 'partial',
): Finished<Status> {
  const trail = run.trail.entries()
  const cost = costOfTrail(trail)
  for (const warning of run.warnings) run.tell({ type: 'warning', warning })
  tellEnd(run, outcome, trail, { cost })
  const handle = joinHandles(run.env.id, run.key, parts, missing)
  const { warnings, attempts } = run
  return { handle, status: { ...status, cost }, warnings, attempts, trail, estimate: handle.estimate }
}

function fail(run: RequestRun, { failures, stoppedBy }: Walk, done: readonly Part[]): LikenessError {
  const trail = run.trail.entries()
  const error = failureOf(run, failures, stoppedBy, trail, done)
  tellEnd(run, 'failed', trail, { kind: error.kind, cost: costOfTrail(trail) })
  return error
}

/** Sees a training through: at one target after the other, until one has trained it. */
export async function seeTrainingThrough(
  env: Environment,
  request: FineTuneRequest,
  context: RunContext,
): Promise<Finished<FineTuneStatus>> {
  const run = beginRun(env, 'fine-tune', request, context)
  run.tell({ type: 'request.started', job: run.job, tags: request.tags })
  let won: Won<FineTuneStatus> | undefined
  const leaves = wayOf(env, training, request, (leaf) => trainingFor(leaf, request))
  const way = await walk<FineTuneRequest>(run, leaves, {
    prepare: (leaf) => prepareTraining(leaf, request),
    async visit(leaf, own, role): Promise<Visit> {
      const idempotencyKey = run.keyFor(leaf.provider, own.idempotencyKey)
      const result = await attempt(run, { work: training, leaf, request: { ...own, idempotencyKey }, role })
      if (result.type === 'succeeded') won = result
      else return { open: actionAfter(run.rules, result.error) === 'next', faults: [result] }
      return { open: false, faults: [] }
    },
  })
  if (won === undefined) throw fail(run, way, [])
  run.warnings.push(...won.warnings)
  const status: FineTuneSucceeded = won.status
  return finish(run, [{ target: won.leaf.name, handle: won.handle }], [], status, 'succeeded')
}

/** The pictures of one request while they come in. */
interface Gathering {
  readonly slots: Slot[]
  readonly extra: ImageResult[]
  readonly parts: { readonly part: Part; readonly first: number; readonly status: GenerationSucceeded }[]
}

/** One request for some of the pictures at one target, with what came of it in their slots. */
async function makeChunk(
  run: RequestRun,
  gathering: Gathering,
  order: {
    readonly leaf: Leaf
    readonly request: GenerateRequest
    readonly role: TrailEntry['role']
    readonly second: () => { readonly leaf: Leaf; readonly request: GenerateRequest } | undefined
  },
  chunk: readonly Slot[],
): Promise<readonly Fault[]> {
  const keyed = (leaf: Leaf, request: GenerateRequest) =>
    chunkRequest(run, leaf, request, chunk, gathering.slots.length)
  const pictures = chunk.map(({ index }) => index)
  const { winner, failures } = await race(
    run,
    { work: generation, leaf: order.leaf, request: keyed(order.leaf, order.request), role: order.role, pictures },
    () => {
      const target = order.second()
      return target && { leaf: target.leaf, request: keyed(target.leaf, target.request) }
    },
  )
  if (winner === undefined) {
    // Where one of two forbids to go on, the other does not allow it.
    const decisive = failures.find(({ error }) => actionAfter(run.rules, error) === 'stop') ?? failures[0]
    for (const slot of chunk) slot.error = decisive?.error
    return failures
  }
  const { leaf, status, handle, warnings, step } = winner
  run.warnings.push(...warnings)
  gathering.parts.push({ part: { target: leaf.name, handle, pictures }, first: chunk[0]?.index ?? 0, status })
  const images = status.images.map((image) => ({ ...image, provider: image.provider ?? leaf.provider.id }))
  gathering.extra.push(...fill(chunk, images, status.failures, () => lacking(leaf.name)))
  const missing = chunk.filter(({ image }) => image === undefined)
  return missing.flatMap(({ error }) => (error === undefined ? [] : [{ error, sent: true, step }]))
}

/** Tells which pictures came from elsewhere than the others, or not at all. */
function tellOfSlots(run: RequestRun, { slots }: Gathering, faults: readonly Fault[]): void {
  const missing = slots.filter(({ image }) => image === undefined)
  const made = slots.length - missing.length
  const provider = run.env.id
  if (missing.length > 0) {
    const message = `${made} of ${slots.length} pictures were made: ${missing[0]?.error?.message ?? ''}`
    run.warnings.push({ type: 'notice', provider, parameter: 'n', message })
  } else if (faults.length > 0 && slots.length > 1) {
    const makers = [...new Set(slots.map(({ image }) => image?.provider))].join(' and ')
    const message = `Not all of the ${slots.length} pictures came at the first try; they were made by ${makers}.`
    run.warnings.push({ type: 'notice', provider, parameter: 'n', message })
  }
}

function metadataOf({ parts }: Gathering): GenerationSucceeded['metadata'] {
  const [first, ...others] = parts
  if (others.length === 0) return first?.status.metadata
  return { parts: parts.map(({ part, status }) => ({ target: part.target, ...status.metadata })) }
}

/** Sees a generation through: pictures that fail at one target are made at the next, those that came are kept. */
export async function seeGenerationThrough(
  env: Environment,
  asked: GenerateRequest,
  context: RunContext,
): Promise<Finished<GenerationStatus>> {
  const run = beginRun(env, 'generation', asked, context)
  run.tell({ type: 'request.started', job: run.job, n: asked.n, tags: asked.tags })
  let request = asked
  const gathering: Gathering = { slots: createSlots(asked.n), extra: [], parts: [] }
  const faults: Fault[] = []
  const leaves = wayOf(env, generation, asked, (leaf) => firstPart(env, leaf, asked))

  /** The next eligible target after this one; where there is none, the same once more. */
  const secondAfter = (leaf: Leaf) => {
    const after = leaves.slice(leaves.indexOf(leaf) + 1)
    for (const candidate of [...after, leaf]) {
      try {
        const own = pricedGeneration(env, candidate, request)
        // Looking up an address would take the time that a hedge is to save.
        if (
          own.models.every(
            ({ model }) => model.weights?.access !== 'vendor' || model.provider === candidate.provider.id,
          )
        ) {
          return { leaf: candidate, request: own }
        }
      } catch (error) {
        if (!LikenessError.is(error)) throw error
      }
    }
    return undefined
  }

  const way = await walk<GenerateRequest>(run, leaves, {
    async prepare(leaf) {
      try {
        return await prepareGeneration(env, leaf, request)
      } catch (error) {
        const portfolio = await trainFor(run, leaf, request, error)
        if (portfolio === undefined) throw error
        request = { ...request, portfolio }
        return prepareGeneration(env, leaf, request)
      }
    },
    async visit(leaf, own, role): Promise<Visit> {
      const chunks = chunksOf(pendingOf(gathering.slots), maximumImagesAt(leaf))
      const second = () => secondAfter(leaf)
      const all = await Promise.all(
        chunks.map((chunk, index) => {
          const as = index > 0 && role === 'first' ? 'part' : role
          return makeChunk(run, gathering, { leaf, request: own, role: as, second }, chunk)
        }),
      )
      for (const slot of pendingOf(gathering.slots)) {
        slot.given = slot.error !== undefined && actionAfter(run.rules, slot.error) === 'stop'
      }
      faults.push(...all.flat())
      return { open: pendingOf(gathering.slots).length > 0, faults: all.flat() }
    },
  })

  gathering.parts.sort((one, other) => one.first - other.first)
  const parts = gathering.parts.map(({ part }) => part)
  const images = [...gathering.slots.flatMap(({ image }) => image ?? []), ...gathering.extra]
  const aborted = context.abortSignal?.aborted && gathering.slots.some(({ image }) => image === undefined)
  if (images.length === 0 || aborted) throw fail(run, way, parts)
  tellOfSlots(run, gathering, faults)
  const failures = failuresIn(gathering.slots)
  const metadata = metadataOf(gathering)
  const status: GenerationSucceeded = { state: 'succeeded', images, failures, ...(metadata && { metadata }) }
  // What a job failed to make, its own status tells.
  const told = new Set(parts.flatMap(({ pictures = [] }) => pictures))
  const missing = failures.flatMap(({ index, error }) =>
    index === undefined || told.has(index) ? [] : [{ picture: index, error }],
  )
  return finish(run, parts, missing, status, failures.length > 0 ? 'partial' : 'succeeded')
}
