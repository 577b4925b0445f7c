import type { SubjectFidelity } from '../core/pictures/fidelity.js'
import { subjectFidelities } from '../core/pictures/fidelity.js'
import type { SettingWords } from '../core/vendor.js'

/** Switches for what differs between fal accounts, or is not known for certain. */
export interface FalSettings {
  /** Requests that run at once; further ones wait in the queue, direct calls get 429. New accounts have 2, paying ones up to 40. */
  maxConcurrent: number
  /** COMPLETED carries `error` and `error_type` for errors of the model too; real answers sometimes leave them out. */
  errorsInStatus: boolean
  /** How often each run is interrupted and put back: IN_PROGRESS becomes IN_QUEUE again. */
  interruptions: number
  /** A running request stops when cancelled. When false it ignores the signal, completes, and is billed. */
  cancelStopsRunning: boolean
  /** How a blocked job shows: as an error 422, or as success with a black picture and `has_nsfw_concepts`. */
  blockedAs: 'error' | 'black-image'
  /** The key has the ADMIN scope. Without it balance, bills and deletions answer 403. */
  adminScope: boolean
  /** What deleting a file answers in place of doing it; undefined: files are deleted. */
  deleteException: string | undefined
  /**
   * How well pictures show the fine-tunes that are asked for. Answers, reports and bills are the same in all cases.
   * @default 'faithful'
   */
  subjectFidelity: SubjectFidelity
}

export function defaultSettings(): FalSettings {
  return {
    maxConcurrent: 40,
    errorsInStatus: true,
    interruptions: 0,
    cancelStopsRunning: true,
    blockedAs: 'error',
    adminScope: true,
    deleteException: undefined,
    subjectFidelity: 'faithful',
  }
}

export const settingWords: SettingWords<FalSettings> = {
  blockedAs: { error: true, 'black-image': true },
  subjectFidelity: subjectFidelities,
}
