/**
 * Where a job stands. `submitting`: a paid request was about to be sent, and its outcome is not recorded yet.
 * `unknown`: it may have been accepted, and the vendor cannot say; a person decides with `resolve`.
 */
export const jobStates = ['queued', 'submitting', 'running', 'succeeded', 'failed', 'canceled', 'unknown'] as const

/** See {@link jobStates}. */
export type JobState = (typeof jobStates)[number]

/** States that nothing leads out of. */
export const finalStates = ['succeeded', 'failed', 'canceled'] as const

/** See {@link finalStates}. */
export type FinalState = (typeof finalStates)[number]

/** States in which a job goes on by itself. `unknown` rests until somebody resolves it. */
export const activeStates = ['queued', 'submitting', 'running'] as const satisfies readonly JobState[]

/** States in which a job occupies a place at the vendor. */
export const occupyingStates = ['submitting', 'running'] as const satisfies readonly JobState[]

/** Which states may follow which. */
export const transitions: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ['submitting', 'failed', 'canceled'],
  // Back to `queued`: it certainly was not accepted, and may be sent again.
  submitting: ['running', 'queued', 'failed', 'canceled', 'unknown'],
  running: ['succeeded', 'failed', 'canceled'],
  succeeded: [],
  failed: [],
  canceled: [],
  unknown: ['running', 'queued', 'failed', 'canceled'],
}

/** Whether a job may go from one state to the other. */
export function isLegal(from: JobState, to: JobState): boolean {
  return transitions[from].includes(to)
}

/** Whether a job has ended. */
export function isFinalState(state: JobState): state is FinalState {
  return transitions[state].length === 0
}
