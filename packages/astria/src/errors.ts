import { plainText, type ReadError, type Reply, retryAfterMs } from '@likeness/adapter-kit'
import {
  type Clock,
  type ErrorKind,
  type FieldError,
  LikenessError,
  type LikenessErrorInit,
  type Warning,
} from '@likeness/core'

/** Astria's word for a parameter, and the caller's. What is not listed is an option of ours in snake case. */
const tuneFields: Readonly<Record<string, string>> = {
  name: 'subject.className',
  title: 'subject.name',
  images: 'images',
  image_urls: 'images',
  orig_images: 'images',
  callback: 'webhookUrl',
  steps: 'steps',
  token: 'trigger',
}

const promptFields: Readonly<Record<string, string>> = {
  text: 'prompt',
  callback: 'webhookUrl',
  num_images: 'n',
  seed: 'seed',
  steps: 'steps',
  cfg_scale: 'guidanceScale',
  w: 'size',
  h: 'size',
  aspect_ratio: 'aspectRatio',
  denoising_strength: 'imageStrength',
  input_image: 'image',
  input_image_url: 'image',
  mask_image: 'mask',
  mask_image_url: 'mask',
}

/** `controlnet_txt2img` is `controlnetTxt2img`; what follows a dot (`images.content_type`) is Astria's own detail. */
function callersName(field: string, operation: string): string {
  const [name = field] = field.split('.')
  const known = (operation.startsWith('fine-tune') ? tuneFields : promptFields)[name]
  if (known !== undefined) return known
  const nested = name === 'prompts' ? 'promptsAttributes' : name
  return `providerOptions.astria.${nested.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}`
}

function strings(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((item) => typeof item === 'string')
    .map((item) => plainText(item))
}

interface Refusal {
  readonly fields: readonly FieldError[]
  /** Messages that name no field. */
  readonly general: readonly string[]
}

const wholeRequest = ['base', 'error', 'message', 'errors']

/** Rails' hash of errors by field; `{"error": "..."}` is seen too. https://docs.astria.ai/docs/api/overview (2026-08-21) */
function readRefusal(body: unknown, operation: string): Refusal {
  if (typeof body !== 'object' || body === null) return { fields: [], general: strings(body) }
  const entries: [string, unknown][] = Object.entries(body)
  const fields = entries
    .filter(([name]) => !wholeRequest.includes(name) && name !== 'status')
    .flatMap(([name, value]) => strings(value).map((message) => ({ field: callersName(name, operation), message })))
  const general = entries.filter(([name]) => wholeRequest.includes(name)).flatMap(([, value]) => strings(value))
  return { fields, general }
}

function kindOfRefusal(words: string): ErrorKind {
  // The two wordings that were seen; everything else is a plain refusal.
  if (/not enough balance/i.test(words)) return 'insufficient-credits'
  if (/forbidden word/i.test(words)) return 'content-blocked'
  return 'invalid-request'
}

/** Astria asks for pauses from 30 s on after a 500, and names no `Retry-After`; one that comes all the same counts. */
const usualPauseMs = 30_000

function pause(reply: Reply, clock: Clock): number {
  return retryAfterMs(reply.headers, clock.now()) ?? usualPauseMs
}

/** Reads Astria's refusals. */
export function createReadError(clock: Clock): ReadError {
  return (reply, operation): Partial<LikenessErrorInit> => {
    switch (reply.status) {
      case 401:
        return { kind: 'authentication', hint: 'Check ASTRIA_API_KEY: https://www.astria.ai/users/edit#api.' }
      case 404:
        return {
          kind: 'not-found',
          hint: 'It was deleted, its 30 days are over, or it belongs to another account or workspace.',
        }
      case 400:
      case 422: {
        const { fields, general } = readRefusal(reply.body, operation.name)
        const words = [...general, ...fields.map(({ field, message }) => `${field}: ${message}`)].join('; ')
        const kind = kindOfRefusal(words)
        return {
          kind,
          ...(words === '' ? {} : { message: words }),
          fields: fields.length === 0 ? undefined : fields,
          hint: kind === 'insufficient-credits' ? 'Top up at https://www.astria.ai/users/edit#billing.' : undefined,
        }
      }
      case 429:
        return { kind: 'rate-limited', retryAfterMs: pause(reply, clock), hint: 'Poll less often, or use webhookUrl.' }
      case 500:
        return { kind: 'unavailable', retryAfterMs: pause(reply, clock) }
      default:
        return {}
    }
  }
}

/** Our own refusal, before anything is sent. */
export function refusal(
  provider: string,
  field: string,
  message: string,
  kind: 'invalid-request' | 'unsupported' | 'conflict' | 'expired' = 'invalid-request',
  hint?: string,
): LikenessError {
  const init = { kind, message: `${field}: ${message}.`, provider, fields: [{ field, message }] }
  return new LikenessError(hint === undefined ? init : { ...init, hint })
}

/**
 * The warning, or a refusal where the caller wants nothing but what was asked for.
 *
 * @throws LikenessError `unsupported` when `onUnsupported` is `error`
 */
export function warnOrRefuse(warning: Warning, onUnsupported: 'warn' | 'error'): Warning {
  if (onUnsupported === 'warn') return warning
  throw refusal(warning.provider, warning.parameter ?? 'request', warning.message.replace(/\.$/, ''), 'unsupported')
}
