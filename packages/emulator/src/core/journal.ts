import { ArchiveError, openArchive } from './archive.js'
import type { StoredFile } from './files.js'
import type { ReceivedFile } from './types.js'
import type { ReceivedBody } from './vendor.js'

const credentialHeaders = new Set(['authorization', 'proxy-authorization', 'x-api-key', 'x-key', 'cookie'])
const credentialQueries = new Set(['fal_jwt_token', 'api_key', 'key', 'token'])
const redacted = '[redacted]'

/** Lower-case names, in order, without credentials. */
export function journalHeaders(headers: Headers, apiKey: string): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, credentialHeaders.has(name) ? redacted : hide(value, apiKey)]),
  )
}

export function journalQuery(query: URLSearchParams, apiKey: string): Record<string, string> {
  return Object.fromEntries(
    [...query].map(([name, value]) => [name, credentialQueries.has(name) ? redacted : hide(value, apiKey)]),
  )
}

/** What a body said, for reading: the key hidden, files named. */
export function journalBody(body: ReceivedBody, apiKey: string): unknown {
  switch (body.type) {
    case 'none':
    case 'binary':
      return undefined
    case 'json':
      return hideDeep(body.value, apiKey)
    case 'malformed-json':
      return hide(body.text, apiKey)
    case 'form':
      return body.fields.map(({ name, value }) => [
        name,
        typeof value === 'string' ? hide(value, apiKey) : `[file ${value.name}]`,
      ])
    default:
      return body satisfies never
  }
}

/** The files of a body: form files and raw uploads, each archive followed by its entries. */
export async function journalFiles(body: ReceivedBody): Promise<ReceivedFile[]> {
  if (body.type === 'binary') return await withEntries(body.file)
  if (body.type !== 'form') return []
  const files: ReceivedFile[] = []
  for (const { name, value } of body.fields) {
    if (typeof value !== 'string') files.push(...(await withEntries(value, name)))
  }
  return files
}

/** A file, and what is inside when it is an archive. */
export async function withEntries(file: StoredFile, field?: string): Promise<ReceivedFile[]> {
  const files = [describeFile(file, field)]
  if (file.format !== 'zip') return files
  try {
    return [...files, ...(await openArchive(file)).map((entry) => describeFile(entry))]
  } catch (error) {
    // A damaged archive is listed as the file that it is; the vendor answers for it.
    if (error instanceof ArchiveError) return files
    throw error
  }
}

function describeFile(file: StoredFile, field?: string): ReceivedFile {
  const { name, mediaType, bytes, sha256, width, height } = file
  return {
    ...(field === undefined ? {} : { field }),
    name,
    ...(mediaType === undefined ? {} : { mediaType }),
    bytes,
    sha256,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  }
}

function hide(value: string, apiKey: string): string {
  return value.replaceAll(apiKey, redacted)
}

function hideDeep(value: unknown, apiKey: string): unknown {
  if (typeof value === 'string') return hide(value, apiKey)
  if (Array.isArray(value)) return value.map((item) => hideDeep(item, apiKey))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideDeep(item, apiKey)]))
}
