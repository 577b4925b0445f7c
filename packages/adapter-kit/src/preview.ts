import type { JsonValue, PreviewedFile } from '@likeness/core'
import type { RequestBody } from './operation.js'
import { isSecretName } from './redact.js'

/** The headers with every secret as `***`, also those of the caller's own. */
export function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? '***' : value]))
}

/** What a vendor would read in a body: JSON, or the fields of a form; `null` where it is a file. */
export function previewedBody(body: RequestBody | undefined): JsonValue {
  switch (body?.type) {
    case 'json':
      return JSON.parse(JSON.stringify(body.value)) as JsonValue
    case 'form':
      return Object.entries(body.fields)
    case 'multipart':
      return body.parts.map((part) => [part.name, 'value' in part ? part.value : `<file: ${part.fileName}>`])
    case 'stream':
    case undefined:
      return null
  }
}

/** The files that go out in a body. */
export function previewedFiles(body: RequestBody | undefined): PreviewedFile[] {
  if (body?.type !== 'multipart') return []
  return body.parts.flatMap((part) =>
    'value' in part ? [] : [{ name: part.fileName, bytes: part.bytes, mediaType: part.mediaType }],
  )
}
