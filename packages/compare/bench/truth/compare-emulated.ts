import { createAstria } from '@likeness/astria'
import {
  type ComparisonPlan,
  type EvaluateRunInput,
  measuresOf,
  openRunFolder,
  runComparison,
  type Scorer,
  scoreRun,
} from '@likeness/compare'
import { createEmulator, createVirtualClock, type FalSettings } from '@likeness/emulator'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'

/** How well an emulated vendor shows a trained subject. */
export type Fidelity = FalSettings['subjectFidelity']

/** Of each emulated vendor; those that the plan does not name do not matter. */
export interface Fidelities {
  readonly astria?: Fidelity
  readonly fal?: Fidelity
  readonly segmind?: Fidelity
}

/** A comparison to carry out. */
export interface EmulatedComparison {
  /** An empty folder. */
  readonly folder: string
  readonly plan: ComparisonPlan
  /** @default all faithful */
  readonly fidelities?: Fidelities
  readonly scorers: readonly Scorer[]
}

/** Carries out and scores a plan at emulated vendors, on a clock that waits for nothing. */
export async function compareEmulated(comparison: EmulatedComparison): Promise<EvaluateRunInput> {
  const { folder, plan, fidelities = {}, scorers } = comparison
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock })
  try {
    const { endpoints, vendors } = emulator
    for (const name of ['astria', 'fal', 'segmind'] as const)
      vendors[name].settings.subjectFidelity = fidelities[name] ?? 'faithful'
    const fetch: typeof globalThis.fetch = (input, init) => emulator.fetch(input, init)
    const providers = {
      astria: createAstria({ ...endpoints.astria, fetch, clock }),
      fal: createFal({ ...endpoints.fal, fetch, clock }),
      segmind: createSegmind({ ...endpoints.segmind, fetch, clock }),
    }
    const run = await openRunFolder(folder, plan, { emulated: true })
    try {
      const summary = await runComparison({ ...run, providers, clock })
      const measurements = await scoreRun({ run, summary, scorers })
      return { run, summary, measurements, votes: [], measures: measuresOf(scorers) }
    } finally {
      await run.store.close()
    }
  } finally {
    await emulator.close()
  }
}
