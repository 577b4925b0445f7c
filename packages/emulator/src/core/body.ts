import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { StoredFile } from './files.js'
import type { Spool } from './spool.js'
import type { FormField, ReceivedBody } from './vendor.js'

/** The body could not be read as its content type says; answered 400. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
}

/** Base64 images in form fields are the largest values seen. */
const longestField = 64 * 1024 ** 2

/** Reads a body by its content type. JSON and forms are held in memory; files go to disk. Throws BodyError. */
export async function readBody(
  source: AsyncIterable<Uint8Array> | null,
  headers: Headers,
  spool: Spool,
): Promise<ReceivedBody> {
  const bytes = source === null ? undefined : await skipEmpty(source)
  if (bytes === undefined) return { type: 'none' }
  const contentType = headers.get('content-type') ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (/[/+]json$/.test(mediaType)) return parseJson(await readText(bytes))
  if (mediaType === 'application/x-www-form-urlencoded') {
    const fields = [...new URLSearchParams(await readText(bytes))].map(([name, value]) => ({ name, value }))
    return { type: 'form', encoding: 'urlencoded', fields }
  }
  if (mediaType === 'multipart/form-data')
    return { type: 'form', encoding: 'multipart', fields: await readMultipart(bytes, contentType, spool) }
  return { type: 'binary', file: await spool.store(bytes, { name: 'body', mediaType: mediaType || undefined }) }
}

/** A stream that ends without a byte is no body, whatever its content type says. */
async function skipEmpty(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array> | undefined> {
  const iterator = source[Symbol.asyncIterator]()
  for (;;) {
    const first = await iterator.next()
    if (first.done) return undefined
    if (first.value.byteLength > 0) return prepend(first.value, iterator)
  }
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (;;) {
    const next = await rest.next()
    if (next.done) return
    yield next.value
  }
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return (await buffer(Readable.from(bytes))).toString('utf8')
}

function parseJson(text: string): ReceivedBody {
  try {
    return { type: 'json', value: JSON.parse(text) }
  } catch {
    // The vendor decides what it says about it.
    return { type: 'malformed-json', text }
  }
}

async function readMultipart(
  bytes: AsyncIterable<Uint8Array>,
  contentType: string,
  spool: Spool,
): Promise<FormField[]> {
  const parts: (FormField | Promise<FormField>)[] = []
  try {
    const parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: longestField } })
    parser.on('field', (name, value) => void parts.push({ name, value }))
    parser.on('file', (name, stream, filename, _encoding, mediaType) => {
      const stored = spool.store(stream, { name: filename, mediaType }).then((value: StoredFile) => ({ name, value }))
      // Awaited below; a rejection before that must not count as unhandled.
      stored.catch(() => {})
      parts.push(stored)
    })
    await pipeline(Readable.from(bytes), parser)
    return await Promise.all(parts)
  } catch (error) {
    throw new BodyError('the multipart body cannot be read', { cause: error })
  }
}
