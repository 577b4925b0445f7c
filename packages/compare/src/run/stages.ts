import type { PlannedPicture, PlannedTraining, PlannedWork } from '../plan/work.js'
import type { RunRecords, WorkState } from './states.js'

const over: readonly WorkState['state'][] = ['succeeded', 'failed', 'unknown']

/** What is done before what: trainings, then pictures that wake a vendor up, then those that are measured. */
export function stagesOf({
  trainings,
  pictures,
}: PlannedWork): readonly (readonly (PlannedTraining | PlannedPicture)[])[] {
  return [trainings, pictures.filter(({ warmUp }) => warmUp), pictures.filter(({ warmUp }) => !warmUp)]
}

/** Whether a picture can never be made, since its training has no model. */
function isInVain(work: PlannedTraining | PlannedPicture, records: RunRecords): boolean {
  if (work.kind !== 'generation' || work.training === undefined) return false
  return ['failed', 'unknown'].includes(records.of(work.training).state.state)
}

/** Whether there is nothing more to do about a piece of work. */
export function isSettled(work: PlannedTraining | PlannedPicture, records: RunRecords): boolean {
  return over.includes(records.of(work.key).state.state) || isInVain(work, records)
}
