import type { FineTunedModel, LikenessError, Provider } from '@likeness/core'
import type { TrainingEnd } from './paid-training.js'

/** What is known of a training that was asked for before. */
export type Remembered =
  /** The app may not have put it into its portfolio yet. */
  | { readonly state: 'trained'; readonly model: FineTunedModel }
  | { readonly state: 'failed'; readonly error: LikenessError }
  /** It goes on at the vendor. */
  | { readonly state: 'open' }

/** Remembers, for this process, what became of trainings: by provider, and by what was trained on. */
export interface OnDemandMemory {
  get(provider: Provider, key: string): Remembered | undefined
  keep(provider: Provider, key: string, end: TrainingEnd): void
}

/** Whether nothing was paid and the same may work in a moment, so that it need not be remembered. */
function isPassing({ kind, billed, retry }: LikenessError): boolean {
  return billed === 'no' && (retry === 'later' || kind === 'aborted' || kind === 'budget-exceeded')
}

function remembered(end: TrainingEnd): Remembered | undefined {
  switch (end.end) {
    case 'ready':
      return { state: 'trained', model: end.model }
    case 'open':
      return { state: 'open' }
    case 'failed':
      return isPassing(end.error) ? undefined : { state: 'failed', error: end.error }
  }
}

export function createOnDemandMemory(): OnDemandMemory {
  const known = new WeakMap<Provider, Map<string, Remembered>>()
  return {
    get: (provider, key) => known.get(provider)?.get(key),
    keep(provider, key, end) {
      const ofProvider = known.get(provider) ?? new Map<string, Remembered>()
      known.set(provider, ofProvider)
      const memory = remembered(end)
      if (memory === undefined) ofProvider.delete(key)
      else ofProvider.set(key, memory)
    },
  }
}

/** The failure of an earlier training, to be told in place of another try. This time nothing was sent. */
export function failedBefore(provider: Provider, error: LikenessError): LikenessError {
  return error.with({
    message: `${provider.id} failed to train the subject before, and is not asked again in this process: ${error.message}`,
    billed: 'no',
    cost: undefined,
    handle: undefined,
    retry: 'elsewhere',
    hint: 'Train it there by hand (mirror), or make a new `onDemand` to let it try again.',
  })
}
