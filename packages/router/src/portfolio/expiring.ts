import type { FineTunedModel, Portfolio } from '@likeness/core'
import { labelOf } from './subjects.js'

/** Something of a portfolio that a vendor deletes soon, or has deleted. Plain JSON; holds no signed address. */
export interface ExpiryNotice {
  readonly what: 'model' | 'weights-link'
  /** `Provider.id`. */
  readonly provider: string
  /** The vendor's id of the model. */
  readonly model: string
  /** ISO 8601. */
  readonly at: string
  /** Milliseconds left; 0 where it is over. */
  readonly leftMs: number
  readonly expired: boolean
  readonly message: string
}

export interface ExpiringOptions {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How far to look ahead, in milliseconds. @default 7 days */
  readonly withinMs?: number | undefined
}

const day = 24 * 3600_000

/** `20260101T000000Z` as milliseconds since the epoch. */
function compactDate(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/**
 * Until when an address opens without a key, in milliseconds since the epoch: pre-signed addresses of S3 and its likes
 * say so (docs.aws.amazon.com, Signature Version 4 query parameters, 2026-11). `undefined` where it does not say.
 */
export function linkExpiry(url: string): number | undefined {
  const parameters = URL.canParse(url) ? new URL(url).searchParams : new URLSearchParams()
  // The address is the vendor's: what is no number of seconds says nothing.
  const milliseconds = (name: string) => {
    const text = parameters.get(name) ?? ''
    return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : Number.NaN
  }
  const ends = ['X-Amz', 'X-Goog'].map(
    (prefix) => compactDate(parameters.get(`${prefix}-Date`) ?? '') + milliseconds(`${prefix}-Expires`),
  )
  // Last, version 2 of the same: since the epoch.
  return [...ends, milliseconds('Expires')].find((end) => !Number.isNaN(end))
}

function inWords(leftMs: number): string {
  if (leftMs >= 2 * day) return `in ${Math.floor(leftMs / day)} days`
  const hours = Math.floor(leftMs / 3600_000)
  return hours >= 1 ? `in ${hours} h` : 'within the hour'
}

interface Expiry {
  readonly what: ExpiryNotice['what']
  readonly model: FineTunedModel
  readonly at: number
}

function expiriesOf(model: FineTunedModel): Expiry[] {
  const link = model.weights && linkExpiry(model.weights.url)
  return [
    ...(model.expiresAt === undefined ? [] : [{ what: 'model' as const, model, at: Date.parse(model.expiresAt) }]),
    ...(link === undefined ? [] : [{ what: 'weights-link' as const, model, at: link }]),
  ]
}

function messageOf({ what, model, at }: Expiry, now: number, label: string): string {
  const { provider, id } = model
  const thing = what === 'model' ? `The model ${id} of ${label}` : `The link to the weights of model ${id} of ${label}`
  const over = what === 'model' ? 'was deleted' : 'has expired'
  const ahead = what === 'model' ? 'is deleted' : 'expires'
  const on = new Date(at).toISOString()
  return at <= now
    ? `${thing} at ${provider} ${over} on ${on}.`
    : `${thing} at ${provider} ${ahead} ${inWords(at - now)}, on ${on}.`
}

/** What of a portfolio is gone, or will be soon; the most urgent first. */
export function expiring(portfolio: Portfolio, { now, withinMs = 7 * day }: ExpiringOptions): readonly ExpiryNotice[] {
  return portfolio.models
    .flatMap(expiriesOf)
    .filter(({ at }) => at <= now + withinMs)
    .sort((one, other) => one.at - other.at)
    .map((expiry) => ({
      what: expiry.what,
      provider: expiry.model.provider,
      model: expiry.model.id,
      at: new Date(expiry.at).toISOString(),
      leftMs: Math.max(0, expiry.at - now),
      expired: expiry.at <= now,
      message: messageOf(expiry, now, labelOf(portfolio.subject)),
    }))
}
