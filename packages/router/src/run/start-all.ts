import {
  type CallOptions,
  type FineTuneRequest,
  type FineTuneStatus,
  type GenerateRequest,
  type GenerationStatus,
  isFinal,
  type RunContext,
  type Started,
} from '@likeness/core'
import { trainingFor } from '../eligibility.js'
import { actionAfter } from '../rules.js'
import { chunkRequest } from './chunk-request.js'
import type { Environment } from './environment.js'
import { failureOf } from './failure.js'
import { joinHandles, type Missing, type Part } from './handles.js'
import { generation, training } from './jobs.js'
import { firstPart, maximumImagesAt, prepareGeneration, prepareTraining } from './prepare.js'
import { beginRun } from './request-run.js'
import { chunksOf, createSlots, pendingOf } from './slots.js'
import { startAt } from './start.js'
import { joinStatuses } from './statuses.js'
import { type Visit, walk } from './walk.js'
import { wayOf } from './way.js'

function contextOf(env: Environment, options: CallOptions | undefined): RunContext {
  return { clock: env.clock, abortSignal: options?.abortSignal, headers: options?.headers }
}

/** Starts a training at the first target that takes it. */
export async function startTraining(
  env: Environment,
  request: FineTuneRequest,
  options: CallOptions | undefined,
): Promise<Started<FineTuneStatus>> {
  const run = beginRun(env, 'fine-tune', request, contextOf(env, options))
  const leaves = wayOf(env, training, request, (leaf) => trainingFor(leaf, request))
  let won: { readonly part: Part; readonly started: Started<FineTuneStatus> } | undefined
  const { failures, stoppedBy } = await walk<FineTuneRequest>(run, leaves, {
    prepare: (leaf) => prepareTraining(leaf, request),
    async visit(leaf, own, role): Promise<Visit> {
      const idempotencyKey = run.keyFor(leaf.provider, own.idempotencyKey)
      const result = await startAt(run, training, leaf, { ...own, idempotencyKey }, role, options)
      if (result.fault === undefined) won = result
      else return { open: actionAfter(run.rules, result.fault.error) === 'next', faults: [result.fault] }
      return { open: false, faults: [] }
    },
  })
  if (won === undefined) throw failureOf(run, failures, stoppedBy, run.trail.entries(), [])
  const { started, part } = won
  const handle = joinHandles(env.id, run.key, [part])
  return { ...started, handle, estimate: started.estimate ?? handle.estimate }
}

/**
 * Starts a generation; `n` beyond what one target makes at once becomes several jobs under one handle. Pictures that no
 * target takes are failures of its status.
 */
export async function startGeneration(
  env: Environment,
  request: GenerateRequest,
  options: CallOptions | undefined,
): Promise<Started<GenerationStatus>> {
  const run = beginRun(env, 'generation', request, contextOf(env, options))
  const leaves = wayOf(env, generation, request, (leaf) => firstPart(env, leaf, request))
  const slots = createSlots(request.n)
  const begun: { readonly part: Part; readonly first: number; readonly started: Started<GenerationStatus> }[] = []
  const { failures, stoppedBy } = await walk<GenerateRequest>(run, leaves, {
    prepare: (leaf) => prepareGeneration(env, leaf, request),
    async visit(leaf, own, role): Promise<Visit> {
      const chunks = chunksOf(pendingOf(slots), maximumImagesAt(leaf))
      const faults = await Promise.all(
        chunks.map(async (chunk, index) => {
          const as = index > 0 && role === 'first' ? 'part' : role
          const part = chunkRequest(run, leaf, own, chunk, slots.length)
          const result = await startAt(run, generation, leaf, part, as, options)
          for (const slot of chunk) {
            slot.error = result.fault?.error
            slot.given = slot.error === undefined || actionAfter(run.rules, slot.error) === 'stop'
          }
          const pictures = chunk.map(({ index }) => index)
          if (result.fault === undefined) {
            begun.push({ ...result, part: { ...result.part, pictures }, first: pictures[0] ?? 0 })
          }
          return result.fault === undefined ? [] : [result.fault]
        }),
      )
      return { open: pendingOf(slots).length > 0, faults: faults.flat() }
    },
  })
  begun.sort((one, other) => one.first - other.first)
  const parts = begun.map(({ part }) => part)
  const missing: Missing[] = slots.flatMap(({ index, error }) => (error ? [{ picture: index, error }] : []))
  if (parts.length === 0) throw failureOf(run, failures, stoppedBy, run.trail.entries(), [])
  const handle = joinHandles(env.id, run.key, parts, missing)
  const warnings = begun.flatMap(({ started }) => started.warnings)
  const ends = begun.flatMap(({ started: { status } }) => (status !== undefined && isFinal(status) ? [status] : []))
  const known = ends.length === begun.length ? { status: joinStatuses(handle, parts, ends) } : {}
  return { handle, warnings, estimate: handle.estimate, ...known }
}
