import { type ErrorKind, LikenessError } from '@likeness/core'

/** What the process ends with. Part of the CLI's contract: scripts branch on it. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  access: 3,
  failed: 4,
  unknown: 5,
  unavailable: 6,
  interrupted: 130,
} as const

const byKind: Readonly<Record<ErrorKind, number>> = {
  'invalid-request': exitCodes.usage,
  unsupported: exitCodes.usage,
  'no-eligible-provider': exitCodes.usage,
  'budget-exceeded': exitCodes.usage,
  authentication: exitCodes.access,
  permission: exitCodes.access,
  'insufficient-credits': exitCodes.access,
  'job-failed': exitCodes.failed,
  'content-blocked': exitCodes.failed,
  'not-found': exitCodes.failed,
  conflict: exitCodes.failed,
  expired: exitCodes.failed,
  'invalid-response': exitCodes.failed,
  aborted: exitCodes.failed,
  timeout: exitCodes.unknown,
  'outcome-unknown': exitCodes.unknown,
  'rate-limited': exitCodes.unavailable,
  unavailable: exitCodes.unavailable,
  network: exitCodes.unavailable,
}

/** The code for a kind of error, where that is all that is known of it. */
export const exitCodeOfKind = (kind: ErrorKind): number => byKind[kind]

/**
 * The code for an error. `aborted` is `failed` here: only the session knows whether a person interrupted it. Where a router
 * found nobody left to ask, it is that of the first vendor that was asked in vain.
 */
export function exitCodeOf(error: unknown): number {
  if (!LikenessError.is(error)) return exitCodes.unexpected
  const code = byKind[error.kind]
  if (error.kind !== 'no-eligible-provider') return code
  return error.causes?.map(exitCodeOf).find((one) => one !== code) ?? code
}

/** The table for `--help`. */
export const exitCodeHelp = `Exit codes:
  0    done
  1    unexpected: a fault of likeness or of this machine
  2    usage, or a request that cannot be sent as it stands; nothing was sent
  3    key missing or refused, permission or credits lacking
  4    the vendor refused the job, or it failed, expired or was canceled;
       \`compare --against\`: a vendor got worse
  5    not known in time: deadline passed, or the answer to a paid request lost
  6    vendor unreachable, overloaded or limiting; try later
  130  interrupted; jobs go on at the vendor, \`likeness resume\` continues
       (143 after SIGTERM)`
