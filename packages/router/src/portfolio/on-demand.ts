import {
  addModel,
  type FineTunedModel,
  type JobHandle,
  LikenessError,
  type Portfolio,
  type Provider,
} from '@likeness/core'
import { tell } from '@likeness/core/runtime'
import type { OnDemandModels, OnDemandPlan } from '../types.js'
import { createOnDemandMemory, failedBefore, type OnDemandMemory, type Remembered } from './on-demand-memory.js'
import { checkOnDemandOptions, type OnDemandRequest, prepareOnDemand } from './on-demand-request.js'
import type { OnDemandOptions } from './on-demand-types.js'
import { hasExpired } from './own-model.js'
import { asLikenessError, payTraining, resumeTraining, type TrainingEnd } from './paid-training.js'
import { ledgerSubject, reserveTraining, type TrainingAccount } from './reserve-training.js'
import { type TrainingNews, type TrainingPlace, takePlace, trainingKey } from './running-trainings.js'
import { isSameSubject } from './subjects.js'
import { clockOf } from './training-plan.js'
import { vendorsOf } from './vendors-of.js'

/** What a provider usually takes for such a training. Its pace is worked out from a handle, and there is none yet. */
function expectedMs({ provider, request, estimate }: OnDemandRequest): number | undefined {
  const { idempotencyKey, subject } = request
  const startedAt = new Date(0).toISOString()
  const common = { version: 1, kind: 'fine-tune', provider: provider.id, id: '' } as const
  return provider.fineTune?.pace({ ...common, idempotencyKey, startedAt, subject, estimate, data: {} }).expectedMs
}

function modelOf(end: TrainingEnd): FineTunedModel {
  if (end.end === 'ready') return end.model
  throw end.error
}

class OnDemand implements OnDemandModels {
  readonly #options: OnDemandOptions
  readonly #vendors: readonly Provider[] | undefined
  readonly #memory: OnDemandMemory = createOnDemandMemory()
  /** How long the last training took, in milliseconds. */
  readonly #measured = new WeakMap<Provider, number>()

  constructor(options: OnDemandOptions) {
    checkOnDemandOptions(options)
    this.#options = options
    this.#vendors = options.providers && vendorsOf(options.providers)
  }

  async plan(provider: Provider, portfolio: Portfolio): Promise<OnDemandPlan | undefined> {
    const { subject, ledger } = this.#options
    if (!this.#isMeant(provider) || provider.fineTune === undefined) return undefined
    if (subject !== undefined && !isSameSubject(portfolio.subject, subject)) return undefined
    const request = await prepareOnDemand(this.#options, provider, portfolio)
    await request.close()
    const known = this.#known(request)
    // Paid for before: there is nothing more to estimate.
    if (known?.state === 'trained') return { expectedMs: 0 }
    if (known?.state === 'open') return { expectedMs: this.#expectedMs(request) }
    if (known?.state === 'failed') throw failedBefore(provider, known.error)
    const obstacle = ledger?.obstacle(ledgerSubject(request, this.#account(request)))
    if (obstacle === undefined) return { estimate: request.estimate, expectedMs: this.#expectedMs(request) }
    throw new LikenessError({ kind: 'budget-exceeded', message: obstacle, provider: provider.id })
  }

  async train(
    provider: Provider,
    portfolio: Portfolio,
    { abortSignal }: { readonly abortSignal?: AbortSignal | undefined } = {},
  ): Promise<FineTunedModel> {
    if (!this.#isMeant(provider)) {
      const message = `${provider.id} is not among the providers to train at on demand.`
      throw new LikenessError({ kind: 'no-eligible-provider', message, provider: provider.id })
    }
    const request = await prepareOnDemand(this.#options, provider, portfolio)
    let mine = true
    try {
      const known = this.#known(request)
      if (known?.state === 'trained') return known.model
      if (known?.state === 'failed') throw failedBefore(provider, known.error)
      if (abortSignal?.aborted) {
        const message = 'The training was aborted before anything was sent.'
        throw new LikenessError({ kind: 'aborted', message, provider: provider.id, cause: abortSignal.reason })
      }
      const taken = takePlace(provider, request.request)
      if ('running' in taken) return modelOf(await taken.running.join({}, abortSignal))
      mine = false
      const end = taken.place.join({}, abortSignal)
      this.#begin(taken.place, request, portfolio)
      return modelOf(await end)
    } finally {
      // One that was begun reads its images on, also when this caller does not wait any longer.
      if (mine) await request.close()
    }
  }

  /** Trains in the name of all who wait. */
  #begin(place: TrainingPlace, request: OnDemandRequest, portfolio: Portfolio): void {
    const { provider } = request
    const clock = clockOf(provider, this.#options.clock)
    place.begin(async (signal, news) => {
      const begunAt = clock.now()
      const end = await this.#seeThrough(request, place.open, signal, {
        ...news,
        onAccepted(handle) {
          // It is paid for: seen to its end although nobody may wait for it by then.
          void place.join({})
          news.onAccepted(handle)
        },
      })
      this.#memory.keep(provider, trainingKey(request.request), end)
      if (end.end === 'ready') {
        this.#measured.set(provider, clock.now() - begunAt)
        tell((model) => this.#options.onTrained(model, addModel(portfolio, model)), end.model)
      }
      return end
    })
  }

  /** Never rejects. */
  async #seeThrough(
    request: OnDemandRequest,
    open: JobHandle | undefined,
    abortSignal: AbortSignal,
    news: TrainingNews,
  ): Promise<TrainingEnd> {
    const { ledger, headers, timeoutMs, wakeups, onUnknown, clock } = this.#options
    const { provider, close } = request
    const how = { provider, headers, timeoutMs, wakeups, clock: clockOf(provider, clock), abortSignal, ...news }
    const onSubmitted = () => tell(close, undefined)
    try {
      if (open !== undefined) {
        onSubmitted()
        news.onAccepted(open)
        return await resumeTraining({ ...how, reservation: ledger?.find(provider.id, open.id) }, open)
      }
      const reservation = await reserveTraining(request, this.#account(request))
      return await payTraining({ ...how, request: request.request, reservation, onUnknown, onSubmitted })
    } catch (error) {
      onSubmitted()
      return { end: 'failed', error: asLikenessError(provider.id, error), handle: undefined, warnings: [] }
    }
  }

  #expectedMs(request: OnDemandRequest): number | undefined {
    return this.#measured.get(request.provider) ?? expectedMs(request)
  }

  #account({ request, key }: OnDemandRequest): TrainingAccount {
    const { ledger, run } = this.#options
    return { ledger, run, tags: request.tags, request: key }
  }

  #isMeant(provider: Provider): boolean {
    return this.#vendors === undefined || this.#vendors.includes(provider)
  }

  #known({ provider, request }: OnDemandRequest): Remembered | undefined {
    const known = this.#memory.get(provider, trainingKey(request))
    const now = clockOf(provider, this.#options.clock).now()
    return known?.state === 'trained' && hasExpired(known.model, now) ? undefined : known
  }
}

/**
 * Trains a subject where its model is first needed: give it to `createRouter` as `onDemand`.
 *
 * Concurrent calls share one training. A caller that aborts stops waiting; the training itself is stopped only before it
 * is paid for, when nobody waits for it any longer. A training that failed is not tried again, one that was not done in
 * time is gone on waiting for, and a model that was trained is not trained again: all of this for as long as this value
 * lives.
 *
 * @example
 * const models = onDemand({ subject, images: ['./photos'], maximumUSD: 5, onTrained: (_, portfolio) => save(portfolio) })
 * @throws LikenessError `invalid-request` naming the option that is wrong
 */
export function onDemand(options: OnDemandOptions): OnDemandModels {
  return new OnDemand(options)
}
