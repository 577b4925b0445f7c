const REDACTED = '[redacted]'

/** Query parameters and JSON fields whose value is a secret, or signs a URL. */
const SECRET_NAME =
  /^(?:x-amz-[a-z-]+|x-goog-[a-z-]+|awsaccesskeyid|googleaccessid|(?:proxy-)?authorization|(?:set-)?cookie|(?:x-)?api[-_]?key|x-key|key|key[-_]pair[-_]id|credentials?|signature|sig|policy|(?:[a-z]+[-_])*tokens?|(?:[a-z]+[-_])*secret|password|passwd|jwt|likeness)$/i

const QUERY_PARAMETER = /([?&;]|%3f|%26)([\w.~-]+)(=|%3d)([^&#\s"'<>\\]*)/gi
const HEADER_LIKE =
  /\b((?:proxy-)?authorization|(?:x-)?api[-_]?key|x-key|(?:set-)?cookie)(\\?["']?\s*[:=]\s*\\?["']?)(?:(?:bearer|key|basic|token)\s+)?[^\s"',;&}\\]+/gi
const CREDENTIALS = /\b(bearer|key|basic|token)(\s+|%20)(?=[\w.~+/:=-]*\d)[\w.~+/:=-]{12,}/gi
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+@/gi

/** Shorter values are words rather than keys; replacing them would only shred messages. */
const SHORTEST_SECRET = 4

/** Removes secrets from whatever is about to enter an error, a log or an event. */
export interface Redactor {
  text(value: string): string
  /** The same for every string inside plain JSON; fields with telling names lose their value whole. */
  json(value: unknown): unknown
  /** A plain copy of an error (name, message, code, stack, causes) without the secrets, and without anything else. */
  error(value: unknown): Error
}

/** Values under which a header's secret may turn up: whole, without its scheme, and the parts of `id:secret`. */
function secretForms(value: string): string[] {
  const bare = value.replace(/^\s*(?:bearer|key|basic|token)\s+/i, '').trim()
  const parts = bare.split(':').filter((part) => part.length >= 8)
  return [value, bare, ...parts].flatMap((form) => [
    form,
    encodeURIComponent(form),
    Buffer.from(form).toString('base64'),
    JSON.stringify(form).slice(1, -1),
  ])
}

/**
 * @param secrets header values that went out with the request, e.g. `Bearer sd_...`
 */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const forms = new Set<string>()
  for (const secret of secrets) {
    for (const form of secretForms(secret)) if (form.length >= SHORTEST_SECRET) forms.add(form)
  }
  const known = [...forms].sort((a, b) => b.length - a.length)

  function text(value: string): string {
    let result = value
    for (const secret of known) result = result.replaceAll(secret, REDACTED)
    return result
      .replace(USER_INFO, `$1${REDACTED}@`)
      .replace(HEADER_LIKE, `$1$2${REDACTED}`)
      .replace(CREDENTIALS, `$1$2${REDACTED}`)
      .replace(QUERY_PARAMETER, (whole: string, before: string, name: string, equals: string) =>
        SECRET_NAME.test(name) ? `${before}${name}${equals}${REDACTED}` : whole,
      )
  }

  function json(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth > 20) return REDACTED
    if (Array.isArray(value)) return value.map((item) => json(item, depth + 1))
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        text(name),
        SECRET_NAME.test(name) && item !== null && item !== undefined ? REDACTED : json(item, depth + 1),
      ]),
    )
  }

  function error(value: unknown, depth = 0): Error {
    if (!(value instanceof Error)) return new Error(text(typeof value === 'string' ? value : 'not an error'))
    const copy = new Error(text(value.message))
    copy.name = value.name
    if (value.stack !== undefined) copy.stack = text(value.stack)
    if ('code' in value && typeof value.code === 'string') Object.assign(copy, { code: text(value.code) })
    if (value.cause !== undefined && depth < 5) copy.cause = error(value.cause, depth + 1)
    return copy
  }

  return { text, json: (value) => json(value), error: (value) => error(value) }
}

/** Whether a header of this name carries a secret, so that its value must be registered for redaction. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) || /auth|key|token|secret|cookie/i.test(name)
}
