import type { SubjectFidelity } from '../core/pictures/fidelity.js'
import { subjectFidelities } from '../core/pictures/fidelity.js'
import type { SettingWords } from '../core/vendor.js'

export interface SegmindSettings {
  /** No new trainings, as since the service was closed: submit answers 410. @default false */
  serviceClosed: boolean
  /** The two documents on webhooks disagree on the name of this status, and on which events are sent. */
  deployingStatusName: 'INFERENCE_QUEUED' | 'DEPLOYING'
  /** Requests per minute of the account's plan; undefined = no limit. Plans have 5 to 1000. @default undefined */
  requestsPerMinute: number | undefined
  /** The account's one webhook for fine-tunes, as set in the console. @default undefined */
  webhookURL: string | undefined
  /** Slugs of models that were retired: 410. @default [] */
  retiredModels: string[]
  /**
   * How well pictures show the fine-tunes that are asked for. Answers, reports and bills are the same in all cases.
   * @default 'faithful'
   */
  subjectFidelity: SubjectFidelity
}

export function defaultSettings(): SegmindSettings {
  return {
    serviceClosed: false,
    deployingStatusName: 'INFERENCE_QUEUED',
    requestsPerMinute: undefined,
    webhookURL: undefined,
    retiredModels: [],
    subjectFidelity: 'faithful',
  }
}

export const settingWords: SettingWords<SegmindSettings> = {
  deployingStatusName: { INFERENCE_QUEUED: true, DEPLOYING: true },
  subjectFidelity: subjectFidelities,
}
