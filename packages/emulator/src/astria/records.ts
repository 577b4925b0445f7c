import type { StoredFile } from '../core/files.js'
import type { EmulatedJob, JobFault } from '../core/types.js'
import type { PromptAttributes } from './prompt-attributes.js'
import type { TuneAttributes } from './tune-attributes.js'

/** Generated images, training images and models are deleted 30 days after training ended. */
export const retentionMs = 30 * 24 * 60 * 60 * 1000

/** The vendor shows no status: it is read from the times. These names are the emulator's. Times are ms since the epoch. */
export interface Tune extends EmulatedJob {
  readonly kind: 'fine-tune'
  state: 'queued' | 'training' | 'trained' | 'failed' | 'deleted' | 'expired'
  readonly number: number
  readonly attributes: TuneAttributes
  /** Photographs, without caption files. */
  readonly photos: readonly StoredFile[]
  readonly photoKeys: readonly string[]
  readonly eta: number
  readonly costMillicents: number
  /** Created together with the tune. */
  readonly nestedPrompts: Prompt[]
  startedAt: number | null
  trainedAt: number | null
  expiresAt: number | null
  updatedAt: number
}

/** A tune that a prompt uses, with the strength of its LoRA. */
export interface Reference {
  readonly tune: Tune
  readonly strength: number
}

export interface Prompt extends EmulatedJob {
  readonly kind: 'generation'
  state: 'queued' | 'processing' | 'done' | 'failed' | 'deleted' | 'expired'
  readonly number: number
  /** As stored: the base model of a LoRA, not the LoRA tune that was posted to. */
  readonly tuneId: number
  /** As stored, with the LoRA tags. */
  readonly text: string
  readonly attributes: PromptAttributes
  readonly references: readonly Reference[]
  /** Prompts of a `branch=fast` tune are free and show fixed pictures. */
  readonly isMock: boolean
  readonly costMillicents: number
  readonly originalPromptId: number | null
  readonly fault: JobFault | undefined
  imageKeys: readonly string[]
  userError: string | null
  likes: number
  startedAt: number | null
  trainedAt: number | null
  updatedAt: number
}

export function isGone(record: Tune | Prompt): boolean {
  return record.state === 'deleted' || record.state === 'expired'
}
