import type { Clock } from '@likeness/core'
import type { ComparisonPlan } from '../plan/schema.js'
import type { PlannedPicture, PlannedTraining, PlannedWork } from '../plan/work.js'
import { type RunProgress, type Stretch, timeLeft, type VendorProgress } from './progress.js'
import { isSettled, stagesOf } from './stages.js'
import type { RunRecords } from './states.js'

type Work = PlannedTraining | PlannedPicture

interface Watched {
  readonly plan: Pick<ComparisonPlan, 'vendors'>
  readonly work: PlannedWork
  readonly records: RunRecords
  readonly clock: Pick<Clock, 'now'>
}

/** Follows how fast the work of this process ends. */
export function createProgress({ plan, work, records, clock }: Watched) {
  const stages = stagesOf(work)
  const all = stages.flat()
  const begun = new Map<number, number>()
  const endings = new Map<Work, number>()
  const isDone = (item: Work) => isSettled(item, records)
  const hasFailed = (item: Work) => isDone(item) && records.of(item.key).state.state !== 'succeeded'

  function vendorProgress(name: string): VendorProgress {
    const own = all.filter((item) => (item.kind === 'generation' ? item.vendor === name : item.vendors.includes(name)))
    return { name, done: own.filter(isDone).length, total: own.length, failed: own.filter(hasFailed).length }
  }

  function stretchesOf(items: readonly Work[], stage: number): Stretch[] {
    return [...Map.groupBy(items, ({ provider }) => provider).values()].map((own) => {
      const ended = own.flatMap((item) => endings.get(item) ?? [])
      const since = begun.get(stage) ?? clock.now()
      // Up to its last ending: one that is about to end would else count as slowness of those before it.
      const tookMs = ended.length === 0 ? 0 : Math.max(...ended) - since
      return { stage, left: own.filter((item) => !isDone(item)).length, ended: ended.length, tookMs }
    })
  }

  return {
    /** The stage of this number begins. */
    begin(stage: number): void {
      begun.set(stage, clock.now())
    },
    /** This process has taken a piece of work as far as it goes. */
    ended(item: Work): void {
      endings.set(item, clock.now())
    },
    read(): RunProgress {
      const etaMs = timeLeft(stages.flatMap(stretchesOf))
      return {
        done: all.filter(isDone).length,
        total: all.length,
        failed: all.filter(hasFailed).length,
        vendors: Object.keys(plan.vendors).map(vendorProgress),
        spent: records.spent,
        committed: records.committed,
        ...(etaMs !== undefined && { etaMs }),
      }
    },
  }
}
