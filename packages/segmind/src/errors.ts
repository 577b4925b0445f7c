import type { Operation, ReadError, Reply } from '@likeness/adapter-kit'
import type { ErrorKind, FieldError, LikenessErrorInit } from '@likeness/core'
import { inferenceEndpoints } from './facts/inference-endpoints.js'
import { trainings } from './facts/trainings.js'

const closedHint =
  'Segmind takes no new trainings: BFL, which ran them for Flux Pro, switched its finetuning API off on 2025-10-31. ' +
  'Existing models stay callable. Train at fal or Astria, or put an existing Segmind model into the portfolio.'

/** The vendor's own words: `error` of a JSON body, however deep, or the text of one that is not JSON. */
export function errorText(body: unknown): string | undefined {
  if (typeof body === 'string') {
    // HTML pages (405, 504) say nothing that a person needs.
    return body.trim() === '' || /^\s*</.test(body) ? undefined : body.trim().slice(0, 500)
  }
  if (Array.isArray(body)) return errorText(body[0])
  if (typeof body !== 'object' || body === null) return undefined
  const { error, error_description, error_message, message, detail } = body as Record<string, unknown>
  return [error_description, error, error_message, message, detail].map(errorText).find((text) => text !== undefined)
}

// Caller's name of every field on the wire.
const callerNames: ReadonlyMap<string, string> = new Map([
  ...Object.values(trainings).flatMap(({ options }) => optionNames(options)),
  ...Object.values(inferenceEndpoints).flatMap(({ options }) => optionNames(options)),
  ...[...Object.values(trainings), ...Object.values(inferenceEndpoints)].flatMap(({ fields }) =>
    Object.entries(fields).map(([parameter, wire]) => [wire, parameter] as const),
  ),
  ['prompt', 'prompt'],
  ['seed', 'seed'],
  ['width', 'size'],
  ['height', 'size'],
  ['aspect_ratio', 'aspectRatio'],
  ['finetune_id', 'portfolio'],
  ['data_source_path', 'images'],
  ['trigger_word', 'trigger'],
  ['instance_prompt', 'providerOptions.segmind.instancePrompt'],
  ['theme', 'providerOptions.segmind.theme'],
  ['base_model', 'base'],
  ['segmind_public', 'providerOptions.segmind.segmindPublic'],
  ['machine_type', 'providerOptions.segmind.machineType'],
])

function optionNames(options: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(options).map(([option, wire]) => [wire, `providerOptions.segmind.${option}`])
}

/** Fields that the vendor's sentence names, by the caller's names. Segmind has no structured field errors. */
export function fieldsNamedIn(text: string): FieldError[] {
  const words = new Set(text.toLowerCase().match(/[a-z_]+/g))
  const fields = [...callerNames].filter(([wire]) => words.has(wire)).map(([, field]) => field)
  return [...new Set(fields)].map((field) => ({ field, message: text }))
}

/** Kind of a job that was accepted and failed, by the vendor's words. */
export function failureKind(text: string): ErrorKind {
  return /moderat|nsfw|safety (?:system|filter)|content policy|inappropriate/i.test(text)
    ? 'content-blocked'
    : 'job-failed'
}

function tellsClosed(text: string): boolean {
  return /deprecat|discontinu|no longer|no new|sunset|retired|(?:service|fine-?tun\w*|training) (?:is |are |has been )?(?:now )?closed/i.test(
    text,
  )
}

function refusal(status: number, text: string, operation: Operation): Partial<LikenessErrorInit> {
  const isTraining = operation.name === 'fine-tune.submit' || operation.name === 'upload'
  if (isTraining && (status === 410 || (status < 500 && tellsClosed(text)))) {
    return { kind: 'unavailable', retry: 'elsewhere', hint: closedHint }
  }
  switch (status) {
    case 400:
    case 422:
      return { kind: failureKind(text) === 'content-blocked' ? 'content-blocked' : 'invalid-request' }
    case 401:
      return {
        kind: 'authentication',
        hint: /missing/i.test(text)
          ? 'No key arrived: a proxy or redirect may have dropped the x-api-key header.'
          : 'Check SEGMIND_API_KEY, or the apiKey setting: Segmind does not know this key, or it has expired.',
      }
    case 402:
      return { kind: 'insufficient-credits', hint: 'Add credits in the Segmind console.' }
    case 403:
      // The storage's own words for an address whose time is over.
      if (operation.name === 'upload' && text === '') {
        return { kind: 'unavailable', hint: 'The upload address was refused; it may have expired. Try again.' }
      }
      return { kind: 'permission', hint: 'The account or its team may not use this model.' }
    case 404:
      return { kind: 'not-found' }
    case 406:
      // One status for four refusals; only the words tell them apart.
      if (/credit|spend(?:ing)? limit|balance/i.test(text)) {
        return { kind: 'insufficient-credits', hint: "Add credits in the Segmind console, or raise the team's limit." }
      }
      return { kind: 'invalid-request' }
    case 410:
      return { kind: 'unavailable', retry: 'elsewhere', hint: 'Segmind has retired this model; nothing was charged.' }
    case 429:
      return { kind: 'rate-limited', hint: "Set requestsPerMinute to what the account's plan allows." }
    case 500:
      // "Only HTTP 200 is billed", and a job that was accepted fails later and elsewhere. A page is a gateway's guess.
      return operation.name === 'generation.submit' && text !== '' ? { kind: 'unavailable', billed: 'no' } : {}
    default:
      return {}
  }
}

/** Reads Segmind's refusals (error tables of docs.segmind.com as of 2026-08, and answers seen by public clients). */
export const readError: ReadError = (reply: Reply, operation: Operation) => {
  const text = errorText(reply.body)
  const read = refusal(reply.status, text ?? '', operation)
  const fields = read.kind === 'invalid-request' && text !== undefined ? fieldsNamedIn(text) : []
  return {
    ...read,
    ...(text !== undefined && { message: `Segmind: ${text}` }),
    ...(fields.length > 0 && { fields }),
    requestId: reply.headers['x-request-id'],
  }
}
