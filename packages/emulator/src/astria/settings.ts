import type { SubjectFidelity } from '../core/pictures/fidelity.js'
import { subjectFidelities } from '../core/pictures/fidelity.js'
import type { SettingWords } from '../core/vendor.js'

export interface AstriaSettings {
  /** The account's "idempotency" switch: equal titles and equal prompts answer what is already there. @default false */
  idempotency: boolean
  /** Callbacks carry the few fields that recorded ones had; false sends the whole entity. @default true */
  reducedCallbacks: boolean
  /** Images of a prompt that does not say how many. The account's setting is not documented. @default 4 */
  defaultNumImages: number
  /**
   * How well pictures show the fine-tunes that are asked for. Answers, reports and bills are the same in all cases.
   * @default 'faithful'
   */
  subjectFidelity: SubjectFidelity
}

export function defaultSettings(): AstriaSettings {
  return { idempotency: false, reducedCallbacks: true, defaultNumImages: 4, subjectFidelity: 'faithful' }
}

export const settingWords: SettingWords<AstriaSettings> = {
  subjectFidelity: subjectFidelities,
}
