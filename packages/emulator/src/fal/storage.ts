import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { StoredFile } from '../core/files.js'
import { json, text } from '../core/responses.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import { detail } from './errors.js'
import type { FalFiles } from './files.js'
import { isRecord, readInput } from './input.js'
import { readLifecycle } from './routes.js'

interface Upload {
  readonly fileId: string
  readonly name: string
  readonly mediaType: string
  readonly seconds: number | undefined
  /** Presigned: whoever has the URL may write, no key needed. */
  readonly signature: string
  readonly parts: Map<number, { readonly etag: string; readonly file: StoredFile }> | undefined
}

export interface Storage {
  initiate(request: ReceivedRequest, multipart: boolean): Response
  /** PUT of the bytes or of a part, POST of `/complete`; on the presigned URL. */
  upload(request: ReceivedRequest, path: string): Promise<Response>
  /** The public file. */
  serve(request: ReceivedRequest, id: string): Promise<Response>
  reset(): void
}

export function createStorage(context: VendorContext<object>, files: FalFiles): Storage {
  const uploads = new Map<string, Upload>()

  async function finish(request: ReceivedRequest, key: string, upload: Upload, file: StoredFile): Promise<void> {
    const { name, mediaType } = upload
    const listed = await files.place(upload.fileId, { ...file, name, mediaType: file.mediaType ?? mediaType })
    if (upload.parts !== undefined) request.addFiles(listed)
    if (upload.seconds !== undefined) files.expireAfter(upload.fileId, upload.seconds)
    uploads.delete(key)
  }

  async function putPart(request: ReceivedRequest, upload: Upload, number: number): Promise<Response> {
    const file = await bodyFile(request, context)
    const etag = `"${createHash('md5').update(file.sha256).digest('hex')}"`
    upload.parts?.set(number, { etag, file })
    // The JavaScript client reads the etag from the body, not from the header (storage.js:141).
    return json({ partNumber: number, etag }, 200, { etag })
  }

  async function complete(request: ReceivedRequest, key: string, upload: Upload): Promise<Response> {
    const body = request.body.type === 'json' && isRecord(request.body.value) ? request.body.value : {}
    const named = Array.isArray(body.parts) ? body.parts.filter(isRecord) : []
    const parts = named.map(({ partNumber, etag }) => {
      const part = upload.parts?.get(Number(partNumber))
      return part?.etag === etag ? part : undefined
    })
    if (parts.length === 0 || parts.includes(undefined) || parts.length !== upload.parts?.size)
      return json({ detail: 'Invalid parts' }, 400)
    const joined = (async function* () {
      for (const part of parts) if (part !== undefined) yield* createReadStream(part.file.path)
    })()
    await finish(request, key, upload, await context.files.write(joined, upload))
    return json({ url: files.url(upload.fileId) })
  }

  return {
    initiate(request, multipart) {
      if (request.method !== 'POST') return json({ detail: 'Method Not Allowed' }, 405)
      const input = request.body.type === 'json' && isRecord(request.body.value) ? request.body.value : undefined
      if (input === undefined) return json({ detail: [detail(['body'], 'missing', 'Field required')] }, 422)
      const reader = readInput(input)
      const name = reader.string('file_name', { required: true }) ?? ''
      const mediaType = reader.string('content_type', { required: true }) ?? ''
      if (reader.faults.length > 0) return json({ detail: reader.faults }, 422)
      const lifecycle = readLifecycle(request.headers.get('x-fal-object-lifecycle'))
      if (lifecycle instanceof Response) return lifecycle
      const fileId = files.newId(name)
      const key = randomUUID()
      const signature = randomBytes(16).toString('hex')
      uploads.set(key, {
        fileId,
        name,
        mediaType,
        seconds: lifecycle.seconds,
        signature,
        parts: multipart ? new Map() : undefined,
      })
      const upload_url = `${context.origin()}/upload/${key}?signature=${signature}`
      return json({ upload_url, file_url: files.url(fileId) })
    },
    async upload(request, path) {
      const [key = '', step] = path.split('/')
      const upload = uploads.get(key)
      if (upload === undefined || request.query.get('signature') !== upload.signature)
        return text('SignatureDoesNotMatch', 403)
      if (upload.parts === undefined) {
        if (request.method !== 'PUT' || step !== undefined) return text('Method Not Allowed', 405)
        await finish(request, key, upload, await bodyFile(request, context))
        return new Response(null, { status: 200 })
      }
      if (step === 'complete' && request.method === 'POST') return await complete(request, key, upload)
      const number = Number(step)
      if (request.method !== 'PUT' || !Number.isInteger(number) || number < 1)
        return json({ detail: 'Invalid part' }, 400)
      return await putPart(request, upload, number)
    },
    async serve(request, id) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return text('Method Not Allowed', 405)
      const response = await context.files.respond(id, { 'access-control-allow-origin': '*' })
      if (response === undefined) return json({ detail: 'Not Found' }, 404)
      if (request.method === 'GET') return response
      await response.body?.cancel()
      return new Response(null, { headers: response.headers })
    },
    reset: () => uploads.clear(),
  }
}

/** The bytes of a raw body. JSON and text files arrive parsed, for they say so: they are written out again. */
async function bodyFile({ body }: ReceivedRequest, context: VendorContext<object>): Promise<StoredFile> {
  switch (body.type) {
    case 'binary':
      return body.file
    case 'json':
      return await context.files.write(Buffer.from(JSON.stringify(body.value)), {
        name: 'body',
        mediaType: 'application/json',
      })
    case 'malformed-json':
      return await context.files.write(Buffer.from(body.text), { name: 'body', mediaType: 'application/json' })
    case 'none':
    case 'form':
      return await context.files.write(new Uint8Array(), { name: 'body', mediaType: 'application/octet-stream' })
    default:
      return body satisfies never
  }
}
