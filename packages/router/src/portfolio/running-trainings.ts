import { createHash } from 'node:crypto'
import { type FineTuneRequest, type JobHandle, type JobStatus, LikenessError, type Provider } from '@likeness/core'
import { tell } from '@likeness/core/runtime'
import type { TrainingEnd } from './paid-training.js'

/** What one of those who wait for a training is told. */
export interface TrainingListener {
  readonly onAccepted?: ((handle: JobHandle) => void) | undefined
  readonly onStatus?: ((status: JobStatus) => void) | undefined
}

/** Tells all who wait for a training. */
export interface TrainingNews {
  onAccepted(handle: JobHandle): void
  onStatus(status: JobStatus): void
}

/** A training that is at work, or about to be. */
export interface RunningTraining {
  /**
   * Waits for its end. A signal ends this wait alone, as long as somebody else waits; with the last of them the training
   * is left: stopped before it is paid for, not waited for any longer after.
   */
  join(listener: TrainingListener, signal?: AbortSignal): Promise<TrainingEnd>
}

/** The place of a training that is about to begin, taken so that nobody begins a second one. */
export interface TrainingPlace extends RunningTraining {
  /** One that was accepted before, and whose end is not known: to be gone on with in place of a new one. */
  readonly open: JobHandle | undefined
  /** Begins. The place is free again when it ends. */
  begin(work: (signal: AbortSignal, news: TrainingNews) => Promise<TrainingEnd>): void
  /** Gives the place back without having begun; whoever joined gets the error. */
  abandon(error: LikenessError): void
}

/** A training at work in this process, or one that goes on at the vendor although nobody waits for it any longer. */
type Entry = { readonly parameters: string } & (
  | { readonly training: RunningTraining; readonly open?: undefined }
  | { readonly training?: undefined; readonly open: JobHandle }
)

/** Per provider object: the same vendor under two keys is two accounts. */
const running = new WeakMap<Provider, Map<string, Entry>>()

/** Tells subjects apart by what they are learnt from; two subjects may have one name. */
export function trainingKey({ subject, images }: Pick<FineTuneRequest, 'subject' | 'images'>): string {
  const { className, name, kind } = subject
  const hashes = images.map(({ sha256 }) => sha256).sort()
  return createHash('sha256')
    .update(JSON.stringify([className, name, kind, hashes]))
    .digest('hex')
}

/** How it is trained: everything but the images themselves, and what does not reach the model. */
function parametersKey(request: FineTuneRequest): string {
  const { images, idempotencyKey, tags, webhookUrl, onUnsupported, ...parameters } = request
  return JSON.stringify([parameters, images.map(({ caption }) => caption)])
}

function abortedWait(provider: Provider): LikenessError {
  const message = `Waiting for a training at ${provider.id} was aborted; it goes on for others who wait for it.`
  return new LikenessError({ kind: 'aborted', message, provider: provider.id, billed: 'maybe' })
}

function createPlace(provider: Provider, open: JobHandle | undefined, free: (open?: JobHandle) => void): TrainingPlace {
  const listeners = new Set<TrainingListener>()
  const controller = new AbortController()
  const { promise: end, resolve } = Promise.withResolvers<TrainingEnd>()
  let handle: JobHandle | undefined
  let waiting = 0

  /** Ends when the signal aborts, unless this is the last who waits: then the end itself comes soon. */
  function left(signal: AbortSignal): { readonly promise: Promise<TrainingEnd>; forget(): void } {
    const { promise, resolve: leave } = Promise.withResolvers<TrainingEnd>()
    const onAbort = () => {
      waiting -= 1
      if (waiting === 0) return controller.abort(signal.reason)
      const error = abortedWait(provider)
      leave(
        handle === undefined
          ? { end: 'failed', error, handle, warnings: [] }
          : { end: 'open', error: error.with({ handle }), handle, warnings: [] },
      )
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    return { promise, forget: () => signal.removeEventListener('abort', onAbort) }
  }

  return {
    open,
    async join(listener, signal) {
      waiting += 1
      listeners.add(listener)
      if (handle !== undefined) tell(listener.onAccepted, handle)
      const leaving = signal === undefined ? undefined : left(signal)
      try {
        return await (leaving === undefined ? end : Promise.race([end, leaving.promise]))
      } finally {
        leaving?.forget()
        listeners.delete(listener)
      }
    },
    begin(work) {
      const news: TrainingNews = {
        onAccepted(accepted) {
          handle = accepted
          for (const { onAccepted } of listeners) tell(onAccepted, accepted)
        },
        onStatus(status) {
          for (const { onStatus } of listeners) tell(onStatus, status)
        },
      }
      // `work` never rejects: its end says what went wrong.
      void work(controller.signal, news).then((ended) => {
        free(ended.end === 'open' ? ended.handle : undefined)
        resolve(ended)
      })
    },
    abandon(error) {
      free(open)
      resolve({ end: 'failed', error, handle: undefined, warnings: [] })
    },
  }
}

/**
 * Takes the place of a training, or finds the one that is at work: never are there two of one subject at one provider in
 * a process.
 *
 * @throws LikenessError `conflict` where the one at work trains the same photos with other parameters
 */
export function takePlace(
  provider: Provider,
  request: FineTuneRequest,
): { readonly running: RunningTraining } | { readonly place: TrainingPlace } {
  const key = trainingKey(request)
  const parameters = parametersKey(request)
  const entries = running.get(provider) ?? new Map<string, Entry>()
  running.set(provider, entries)
  const other = entries.get(key)
  const same = other?.parameters === parameters
  if (other?.training !== undefined && !same) {
    throw new LikenessError({
      kind: 'conflict',
      message: `${provider.id} is being trained on the same images with other parameters.`,
      provider: provider.id,
      hint: 'Wait until that training has ended. Nothing was sent.',
    })
  }
  if (other?.training !== undefined) return { running: other.training }
  const place = createPlace(provider, same ? other?.open : undefined, (open) => {
    if (open === undefined) entries.delete(key)
    else entries.set(key, { parameters, open })
  })
  entries.set(key, { parameters, training: place })
  return { place }
}
