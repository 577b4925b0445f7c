import type { Cost, NanoUSD, Subject } from '@likeness/core'
import type { Measure, Reading } from '../measure.js'
import type { PhotoRange } from '../pixels/technical-quality.js'
import type { JobTimes, RecordedError, StoredImage } from '../run/lines.js'
import type { ScorerModel } from '../score/scorer.js'
import type { Interval } from '../statistics/interval.js'
import type { Verdict } from '../statistics/verdict.js'
import type { Agreement } from '../votes/agreement.js'
import type { VoteRanking } from '../votes/rank-votes.js'

/** One quantity of one vendor. What was not measured is a state, never a number. */
export type Figure =
  | {
      readonly state: 'measured'
      readonly value: number
      /** At 95 %; absent where there is too little to tell, or nothing varies. */
      readonly interval?: Interval | undefined
      /** Pictures, jobs or sets that it stands on. */
      readonly count: number
    }
  | {
      readonly state: 'not-measured'
      readonly message: string
      /** Between what it certainly lies, where that is known: a cost of which a part is. */
      readonly between?: { readonly low: number; readonly high: number } | undefined
    }

/** A measure of the report, and what it is taken of. */
export interface ReportedMeasure extends Measure {
  /** `picture`: of each picture; `set`: of the pictures of one prompt; `job`: of trainings or requests. */
  readonly of: 'picture' | 'set' | 'job'
  /** Scorer that takes it; absent where the run's own records give it. */
  readonly scorer?: string | undefined
  /** What the photos of each subject have, by the subject's name in the plan. */
  readonly photos?: Readonly<Record<string, PhotoRange>> | undefined
}

/** Something about a vendor that a reader must not miss. */
export interface Flag {
  readonly kind:
    | 'not-the-subject'
    | 'leaked-photos'
    | 'repeats-itself'
    | 'size-ignored'
    | 'fake-resolution'
    | 'unreliable'
  /** A sentence for people, with its numbers. */
  readonly message: string
}

/** What a vendor of the plan came to. */
export interface VendorEvaluation {
  /** Its name in the plan. */
  readonly name: string
  readonly provider: string
  /** Settings with the preset applied, for the reader. */
  readonly settings: { readonly fineTune: object; readonly generate: object }
  /** By the name of the measure. */
  readonly figures: Readonly<Record<string, Figure>>
  /** By subject, then by measure; only where the plan has several subjects. */
  readonly figuresBySubject?: Readonly<Record<string, Readonly<Record<string, Figure>>>> | undefined
  /** Milliseconds from request to last byte, of each picture that came. */
  readonly durationsMs: readonly number[]
  /** Pictures asked for that did not come. */
  readonly missing: number
  readonly flags: readonly Flag[]
}

/** A step on the way of one piece of work, as the run recorded it. */
export interface WorkStep {
  /** ISO 8601. */
  readonly at: string
  /** In words: `sent`, `accepted as abc`, `refused: ...`. */
  readonly text: string
}

interface EvaluatedWork {
  readonly key: string
  readonly provider: string
  /** Name of the subject in the plan. */
  readonly subject: string
  /** `not-made`: never sent, e.g. since its training failed. */
  readonly state: 'succeeded' | 'failed' | 'unknown' | 'not-made'
  readonly cost?: Cost | undefined
  readonly times: JobTimes
  readonly error?: RecordedError | undefined
  readonly trail: readonly WorkStep[]
}

/** A training of the run. */
export interface EvaluatedTraining extends EvaluatedWork {
  /** Vendors of the plan that use it. */
  readonly vendors: readonly string[]
  /** The vendor's id of the model. */
  readonly model?: string | undefined
}

/** A picture of the run. */
export interface EvaluatedPicture extends EvaluatedWork {
  readonly vendor: string
  /** `id` of the prompt. */
  readonly prompt: string
  readonly seed: number
  readonly size?: string | undefined
  readonly repeat: number
  readonly image?: StoredImage | undefined
  /** By the name of the measure. */
  readonly readings: Readonly<Record<string, Reading>>
  /** Absent where no picture came. */
  readonly usable?: boolean | undefined
  /** Why it is not usable, in words. */
  readonly faults: readonly string[]
}

/** Who is better by one measure. */
export interface JudgedMeasure {
  /** Name of the measure. */
  readonly measure: string
  readonly verdict: Verdict
  /** In plain sentences. */
  readonly explanation: readonly string[]
}

/** What the evidence supports, and why. */
export interface Recommendation {
  /** Names of the plan: the first to ask, then those that may stand in. */
  readonly order: readonly string[]
  /** Vendors that were left out, with the reason. */
  readonly excluded: readonly { readonly vendor: string; readonly reason: string }[]
  /** Sentences with the numbers. */
  readonly reasons: readonly string[]
}

/** What people preferred. */
export interface EvaluatedVotes {
  readonly ranking: VoteRanking
  readonly agreement: Agreement
  readonly explanation: readonly string[]
}

/** All that a report says of a run. JSON; the report's own file. */
export interface Evaluation {
  readonly version: 1
  readonly run: {
    readonly id: string
    /** When the first and the last line was written; ISO 8601. */
    readonly startedAt: string
    readonly endedAt: string
    /** Whether all work has an outcome. */
    readonly complete: boolean
    /** Whether the vendors were emulated; `undefined` for a run that did not record it. */
    readonly emulated: boolean | undefined
    /** Spent for certain. */
    readonly spent: NanoUSD
    /** Spent at most. */
    readonly committed: NanoUSD
  }
  readonly subjects: readonly {
    readonly key: string
    readonly subject: Subject
    /** Paths, as the run holds them. */
    readonly photos: readonly string[]
    readonly heldOut: readonly string[]
  }[]
  readonly prompts: readonly { readonly id: string; readonly prompt: string }[]
  readonly seeds: readonly number[]
  readonly sizes: readonly string[]
  readonly repeats: number
  /** Differences of likeness up to this do not matter, as a share of the way from strangers to the subject. */
  readonly margin: number
  /** In the order in which they are shown. */
  readonly measures: readonly ReportedMeasure[]
  readonly vendors: readonly VendorEvaluation[]
  readonly trainings: readonly EvaluatedTraining[]
  /** The measured ones; those of the warm-up are left out. */
  readonly pictures: readonly EvaluatedPicture[]
  /** Likeness first, where it was scored. */
  readonly judged: readonly JudgedMeasure[]
  readonly votes?: EvaluatedVotes | undefined
  /** The verdict in plain words, the most important sentence first. */
  readonly answer: readonly string[]
  /** Absent where nothing can be recommended. */
  readonly recommendation?: Recommendation | undefined
  /** Why nothing can be recommended; present where `recommendation` is absent. */
  readonly withoutRecommendation?: string | undefined
  /** How it was measured: scorers, their models and notes; those that could not work, and why. */
  readonly scorers: readonly {
    readonly id: string
    readonly subject: string
    readonly reason?: string | undefined
    /** All that its numbers depend on besides the picture; absent where it could not work. */
    readonly fingerprint?: string | undefined
    /** Names of the measures it took of this subject. */
    readonly measures?: readonly string[] | undefined
    readonly models: readonly ScorerModel[]
    readonly notes: readonly string[]
  }[]
  /** What the reader must not conclude. */
  readonly limits: readonly string[]
}
