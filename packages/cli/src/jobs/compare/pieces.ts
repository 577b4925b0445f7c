import type { Evaluation } from '@likeness/compare'

/** What the evaluation of a run is made with. */
interface Pieces {
  emitConfig(evaluation: Evaluation): string
  compareRuns(
    baseline: Evaluation,
    current: Evaluation,
    options: { readonly threshold?: number },
  ): { readonly regressions: readonly unknown[]; readonly explanation: readonly string[] }
}

export const pieces = async (): Promise<Pieces> => (await import('@likeness/compare')) as unknown as Pieces
