import { parseReply, type Transport } from '@likeness/adapter-kit'
import { type CallOptions, LikenessError } from '@likeness/core'
import type { Lifecycle } from './options.js'
import { createPieces } from './pieces.js'
import { partReplySchema, uploadReplySchema } from './responses.js'

/** A file to upload. It is opened anew for each send. */
export interface UploadFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: number
  readonly open: () => AsyncIterable<Uint8Array>
}

/** A lifecycle as fal's headers have it. */
export function lifecycleHeader(lifecycle: Lifecycle): string {
  return JSON.stringify({
    expiration_duration_seconds: lifecycle.expirationSeconds,
    initial_acl: lifecycle.initialAcl,
  })
}

/** Larger files go up in parts, as fal's own clients do it (fal-js `storage.ts`, 2026-08-02). */
const MULTIPART_ABOVE = 90 * 1024 * 1024

/** Size of one part. */
const PART_BYTES = 10 * 1024 * 1024

/** Until one file, or one part, has been taken, in milliseconds. A slow line needs minutes for 90 MiB. */
const UPLOAD_TIMEOUT_MS = 15 * 60_000

const name = 'upload'

/**
 * Uploads a file to fal's storage and returns its public address.
 *
 * The address to upload to comes from fal's answer: it gets no key, and may not be a private address.
 */
export async function uploadFile(
  transport: Transport,
  restURL: string,
  file: UploadFile,
  lifecycle: Lifecycle | undefined,
  options?: CallOptions,
): Promise<string> {
  const inParts = file.bytes > MULTIPART_ABOVE
  const reply = await transport.send(
    {
      name,
      effect: 'read',
      method: 'POST',
      url: `${restURL}/storage/upload/${inParts ? 'initiate-multipart' : 'initiate'}`,
      query: { storage_type: 'fal-cdn-v3' },
      ...(lifecycle === undefined ? {} : { headers: { 'x-fal-object-lifecycle': lifecycleHeader(lifecycle) } }),
      body: { type: 'json', value: { content_type: file.mediaType, file_name: file.name } },
    },
    options,
  )
  const { upload_url, file_url } = parseReply(uploadReplySchema, reply, { provider: 'fal', operation: name })
  if (inParts) await uploadParts(transport, upload_url, file, options)
  else await uploadWhole(transport, upload_url, file, options)
  return file_url
}

async function uploadWhole(
  transport: Transport,
  url: string,
  file: UploadFile,
  options: CallOptions | undefined,
): Promise<void> {
  const body = { type: 'stream' as const, mediaType: file.mediaType, bytes: file.bytes, open: file.open }
  await transport.send(
    { name, effect: 'read', method: 'PUT', url, untrusted: true, body, timeoutMs: UPLOAD_TIMEOUT_MS },
    options,
  )
}

/** `https://host/path?query` with something added to the path. */
function below(uploadURL: string, path: string): string {
  const { origin, pathname, search } = new URL(uploadURL)
  return `${origin}${pathname}/${path}${search}`
}

async function uploadParts(
  transport: Transport,
  uploadURL: string,
  file: UploadFile,
  options: CallOptions | undefined,
): Promise<void> {
  if (!URL.canParse(uploadURL)) throw unreadable('upload_url is no URL')
  const parts: { partNumber: number; etag: string }[] = []
  const pieces = createPieces(file, PART_BYTES)
  try {
    for (let start = 0; start < file.bytes; start += PART_BYTES) {
      const partNumber = parts.length + 1
      const reply = await transport.send(
        {
          name,
          effect: 'read',
          method: 'PUT',
          url: below(uploadURL, String(partNumber)),
          untrusted: true,
          body: { type: 'stream', mediaType: 'application/octet-stream', ...pieces.at(start) },
          timeoutMs: UPLOAD_TIMEOUT_MS,
        },
        options,
      )
      const { etag } = parseReply(partReplySchema, reply, { provider: 'fal', operation: name })
      parts.push({ partNumber, etag })
    }
  } finally {
    await pieces.close()
  }
  await transport.send(
    {
      name,
      effect: 'read',
      method: 'POST',
      url: below(uploadURL, 'complete'),
      untrusted: true,
      body: { type: 'json', value: { parts } },
    },
    options,
  )
}

function unreadable(message: string): LikenessError {
  return new LikenessError({ kind: 'invalid-response', message: `fal: upload: ${message}`, operation: name })
}
