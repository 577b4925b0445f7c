import type { Attempt, Cost, Estimate, Subject, TrailEntry, Warning } from '@likeness/core'

/** A picture as the page embeds it. */
export interface ReportImage {
  /** What it shows, for those who cannot see it. */
  readonly alt: string
  /** `data:` URL; the page loads nothing. */
  readonly src: string
  /** In pixels. */
  readonly width: number
  readonly height: number
}

/** Money and time of one piece of work at one provider. */
export interface ReportWork {
  readonly cost?: Cost | undefined
  readonly estimate?: Estimate | undefined
  /** From the vendor's acceptance to the end, in milliseconds. */
  readonly durationMs?: number | undefined
  readonly warnings: readonly Warning[]
  readonly attempts: readonly Attempt[]
  /** Why there is no result. */
  readonly error?: { readonly message: string; readonly hint?: string | undefined } | undefined
}

/** One training. */
export interface ReportTraining extends ReportWork {
  readonly provider: string
  /** The vendor's id of the model. */
  readonly model?: string | undefined
  /** Base model it was trained on. */
  readonly base?: string | undefined
}

/** What one provider made of one prompt. */
export interface ReportPicture extends ReportWork {
  readonly provider: string
  /** Index in `prompts`. */
  readonly prompt: number
  readonly image?: ReportImage | undefined
  readonly seed?: number | undefined
}

/** What came of one prompt through a router. `provider` is who made the picture. */
export interface ReportRouted extends ReportPicture {
  readonly trail: readonly TrailEntry[]
}

/** Prompts that went through a router while a vendor was broken. */
export interface ReportFallback {
  /** `Provider.id` of the router. */
  readonly router: string
  /** `Provider.id` of the vendor that broke after the first prompt. */
  readonly broken: string
  readonly prompts: readonly string[]
  /** One for each prompt; `prompt` is an index in the `prompts` here. */
  readonly pictures: readonly ReportRouted[]
}

/** Everything the page shows. */
export interface ReportData {
  readonly subject: Subject
  /** ISO 8601. */
  readonly createdAt: string
  /** True where the vendors were emulated: the page then says so unmistakably. */
  readonly emulated: boolean
  /** Size asked for, e.g. `1024x1024`. */
  readonly size?: string | undefined
  readonly photos: readonly ReportImage[]
  /** `Provider.id`s in the order of the columns. */
  readonly providers: readonly string[]
  readonly trainings: readonly ReportTraining[]
  readonly prompts: readonly string[]
  readonly pictures: readonly ReportPicture[]
  readonly fallback?: ReportFallback | undefined
}
