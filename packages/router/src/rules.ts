import { type ErrorKind, errorKinds, type LikenessError, type OnUnknown } from '@likeness/core'
import { breakerCode } from './limits/obstacles.js'
import type { RuleAction } from './types.js'

/** What a router does after a failure of a kind, and why. */
export interface FallbackRule {
  readonly action: RuleAction
  readonly why: string
}

/**
 * The rules of fallback, by kind of failure. Settings may replace the action of each, except for `aborted` and
 * `outcome-unknown`: the first is the caller's wish, the second has a policy of its own, `onUnknown`.
 */
export const fallbackRules: Readonly<Record<ErrorKind, FallbackRule>> = {
  'invalid-request': { action: 'stop', why: 'the request itself is wrong, and would be elsewhere' },
  unsupported: { action: 'next', why: 'another target may support it' },
  authentication: { action: 'next', why: 'the key of one vendor says nothing about the others' },
  permission: { action: 'next', why: 'the account at one vendor says nothing about the others' },
  'insufficient-credits': { action: 'next', why: 'another account may have money' },
  'rate-limited': { action: 'next', why: 'it would have to wait longer than `retry.maximumWaitMs`' },
  'content-blocked': { action: 'stop', why: 'a refusal for its content is not to be evaded unasked' },
  'not-found': { action: 'next', why: 'the model is gone there' },
  conflict: { action: 'next', why: 'what is in the way there is not elsewhere' },
  unavailable: { action: 'next', why: 'the vendor is down' },
  network: { action: 'next', why: 'the vendor cannot be reached' },
  timeout: { action: 'next', why: 'its deadline has passed' },
  'job-failed': { action: 'next', why: 'the job failed there' },
  expired: { action: 'next', why: 'the vendor no longer keeps it' },
  'invalid-response': { action: 'next', why: 'the vendor answers what cannot be read' },
  'outcome-unknown': { action: 'stop', why: 'a job may have been paid for; `onUnknown` decides' },
  'budget-exceeded': { action: 'next', why: 'another target may be cheap enough' },
  'no-eligible-provider': { action: 'next', why: 'it holds no model of the subject' },
  aborted: { action: 'stop', why: 'the caller asked for it' },
}

/** The rules with those of the settings in their place. */
export function rulesOf(
  changes: Partial<Readonly<Record<ErrorKind, RuleAction>>> = {},
  onUnknown: OnUnknown = 'fail',
): Readonly<Record<ErrorKind, RuleAction>> {
  const rules = Object.fromEntries(errorKinds.map((kind) => [kind, changes[kind] ?? fallbackRules[kind].action]))
  return {
    ...(rules as Record<ErrorKind, RuleAction>),
    aborted: 'stop',
    'outcome-unknown': onUnknown === 'fallback' ? 'next' : 'stop',
  }
}

/** Failures after which the same target may be asked again, where its retry policy has attempts left. */
export function isWorthAnother({ kind, code }: LikenessError): boolean {
  switch (kind) {
    case 'job-failed':
    case 'unavailable':
    case 'network':
    case 'timeout':
    case 'invalid-response':
    case 'rate-limited':
      return code !== breakerCode
    default:
      return false
  }
}

/** `LikenessError.code` where money could not be set aside because the ledger could not be written. */
export const ledgerCode = 'ledger-unwritable'

/** What to do after a failure. No other target can be paid for either where the books cannot be kept. */
export function actionAfter(
  rules: Readonly<Record<ErrorKind, RuleAction>>,
  { kind, code }: Pick<LikenessError, 'kind' | 'code'>,
): RuleAction {
  return code === ledgerCode ? 'stop' : rules[kind]
}
