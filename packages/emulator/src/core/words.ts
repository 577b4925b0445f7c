import type { Fault, Operation } from './types.js'

/** The words of the types, for checking what arrives as JSON. A word that is missing here does not compile. */
function allOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(words)
}

export const operations = allOf<Operation>({
  'fine-tune.submit': true,
  'fine-tune.status': true,
  'fine-tune.result': true,
  'fine-tune.list': true,
  'fine-tune.update': true,
  'fine-tune.cancel': true,
  'fine-tune.remove': true,
  upload: true,
  'generation.submit': true,
  'generation.status': true,
  'generation.result': true,
  'generation.list': true,
  'generation.cancel': true,
  'generation.remove': true,
  account: true,
  'output.download': true,
  'weights.download': true,
  'webhook.register': true,
  other: true,
})

export const faultTypes = allOf<Fault['type']>({
  unauthorized: true,
  'insufficient-credits': true,
  forbidden: true,
  'not-found': true,
  conflict: true,
  'too-large': true,
  'invalid-field': true,
  'content-blocked': true,
  'service-closed': true,
  'server-error': true,
  unavailable: true,
  'bad-gateway': true,
  'gateway-timeout': true,
  'html-error': true,
  'truncated-json': true,
  'empty-body': true,
  'rate-limited': true,
  status: true,
  'reset-before': true,
  'reset-after': true,
  'bad-gateway-after': true,
  'gateway-timeout-after': true,
  'truncated-after': true,
  stall: true,
  slow: true,
  'job-failed': true,
  'job-blocked': true,
  'job-stuck': true,
  'webhook-lost': true,
  'webhook-doubled': true,
  'webhook-late': true,
  'webhook-reordered': true,
  'webhook-forged': true,
})
