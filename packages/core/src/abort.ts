import { LikenessError } from './error.js'

/** @throws LikenessError `aborted` when the signal has fired already, so that nothing is sent. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  const message = 'Aborted before anything was sent.'
  throw new LikenessError({ kind: 'aborted', message, cause: signal.reason })
}
