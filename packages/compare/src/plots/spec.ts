import type { Direction, Measure } from '../measure.js'
import type { Interval } from '../statistics/interval.js'

/**
 * What is known of one quantity. `not-measured` is a state of its own and never drawn as a number: its message (`no face
 * found`, `not installed`) is shown instead. A `Reading` is one.
 */
export type PlotValue =
  | {
      readonly state: 'measured'
      readonly value: number
      /** Around `value`; none by default. */
      readonly interval?: Pick<Interval, 'low' | 'high'> | undefined
    }
  | { readonly state: 'not-measured'; readonly message: string }

/** What an axis shows. A `Measure` is one. */
export interface PlotMeasure {
  /** As in a sentence, e.g. `likeness to held-out photos`. */
  readonly title: Measure['title']
  /** Written once, after the title; none by default. */
  readonly unit?: Measure['unit'] | undefined
  readonly direction: Direction
  /** Decimal places of printed numbers, 0 to 9; 2 by default. */
  readonly decimals?: number | undefined
}

/** A level to compare with, drawn as a dashed line, e.g. the training photos' own. */
export interface PlotReference {
  readonly label: string
  readonly value: number
}

interface PlotHeading {
  /** What the plot shows, in a few words. */
  readonly title: string
  /** What the intervals are, e.g. `95 % bootstrap intervals over prompts`. Needed where an interval is given. */
  readonly intervals?: string | undefined
}

/** Cost against quality: who is both cheap and good. */
export interface ParetoPlot extends PlotHeading {
  readonly kind: 'pareto'
  /** One that has a better end: nobody is best where all should be as the photos are. */
  readonly measure: PlotMeasure & { readonly direction: 'higher' | 'lower' }
  /** Cost in nano-USD a picture. */
  readonly entries: readonly { readonly label: string; readonly cost: PlotValue; readonly quality: PlotValue }[]
  readonly reference?: PlotReference | undefined
}

/** One measure of every entry with its interval: best first, or as given where the measure has no better end. */
export interface RankingPlot extends PlotHeading {
  readonly kind: 'ranking'
  readonly measure: PlotMeasure
  readonly entries: readonly { readonly label: string; readonly figure: PlotValue }[]
  readonly reference?: PlotReference | undefined
}

/** How long jobs took: every one a dot, over the box of their quartiles. */
export interface LatencyPlot extends PlotHeading {
  readonly kind: 'latency'
  readonly entries: readonly {
    readonly label: string
    /** Of the jobs that ended with a result, in milliseconds, in any order. */
    readonly durationsMs: readonly number[]
    /** Jobs that ended without a result and so have no time; 0 by default. */
    readonly failed?: number | undefined
  }[]
}

/** One measure for every prompt and entry. */
export interface HeatmapPlot extends PlotHeading {
  readonly kind: 'heatmap'
  readonly measure: PlotMeasure
  /** Labels of the entries, from left to right. */
  readonly columns: readonly string[]
  /** A prompt and its cells, one for each column. */
  readonly rows: readonly { readonly label: string; readonly cells: readonly PlotValue[] }[]
}

/** What to draw. Entries keep their colour and symbol by position, so give them in one order to all plots of a page. */
export type PlotSpec = ParetoPlot | RankingPlot | LatencyPlot | HeatmapPlot
