import { createHash, randomUUID } from 'node:crypto'
import type { StoredFile } from '../core/files.js'
import { json, text } from '../core/responses.js'
import type { VendorContext } from '../core/vendor.js'
import type { Handlers } from './account.js'
import { accessDenied, refusal } from './errors.js'
import { looseInput, readBoolean, requireString } from './input.js'
import type { SegmindSettings } from './settings.js'

/** Neither is documented; an hour is what the presigned URLs of others live. */
const signatureMs = 60 * 60 * 1000
const userId = '0b6c1d4e-8f7a-4a53-9c21-5de0f3a7b918'
const bucket = '/finetune-pipeline/'
const weightsBucket = '/finetune-models/'

interface StoredObject {
  readonly isPublic: boolean
  file: StoredFile | undefined
}

type StorageAction =
  | 'signUpload'
  | 'putObject'
  | 'getObject'
  | 'signWeights'
  | 'getWeights'
  | 'getImage'
  | 'uploadAsset'

/** The buckets: uploaded datasets, weights, pictures. */
export class Storage {
  readonly #context: VendorContext<SegmindSettings>
  readonly #objects = new Map<string, StoredObject>()

  constructor(context: VendorContext<SegmindSettings>) {
    this.#context = context
  }

  /**
   * The file behind a URL into our own storage; undefined for any other URL. Private files are for Segmind to read,
   * but the trainer of FAST_FLUX reads public ones only.
   */
  own(url: string, mustBePublic: boolean): { file: StoredFile | undefined } | undefined {
    const path = URL.parse(url)?.pathname ?? ''
    const key = decodeURIComponent(path.startsWith(bucket) ? path.slice(bucket.length) : path.slice(1))
    const object = this.#objects.get(key)
    if (object === undefined) return undefined
    return { file: mustBePublic && !object.isPublic ? undefined : object.file }
  }

  weightsURL(key: string): string {
    return `${this.#context.origin()}${weightsBucket}${key}`
  }

  reset(): void {
    this.#objects.clear()
  }

  handlers(): Handlers<StorageAction> {
    const { files, origin } = this.#context
    return {
      signUpload: (request) => {
        const input = looseInput(request)
        const name = requireString(input, 'name').replaceAll(/[^\w.-]+/g, '-')
        const key = `uploads/${userId}/${randomUUID()}-${name}`
        this.#objects.set(key, { isPublic: readBoolean(input, 'public') ?? false, file: undefined })
        const url = `${origin()}${bucket}${key}`
        return json({ presigned_url: this.#sign(url, `PUT ${key}`), s3_url: url })
      },

      putObject: async (request, { key = '' }) => {
        const object = this.#objects.get(key)
        if (object === undefined || !this.#isSigned(request.query, `PUT ${key}`)) return accessDenied()
        const { body } = request
        if (body.type === 'binary') object.file = body.file
        else if (body.type === 'none')
          object.file = await this.#context.files.write(new Uint8Array(), { name: key, mediaType: 'application/zip' })
        else return refusal(400, 'the body of an upload must be the file itself')
        return new Response(null, { status: 200, headers: { etag: `"${object.file.sha256.slice(0, 32)}"` } })
      },

      getObject: async (_request, { key = '' }) => {
        const object = this.#objects.get(key)
        if (object?.file === undefined || !object.isPublic) return accessDenied()
        return (await files.respond(files.add(object.file))) ?? accessDenied()
      },

      // GET with a form body in the SDK; the answer is the presigned URL as plain text.
      signWeights: (request) => {
        const url = requireString(looseInput(request), 'cloud_storage_url')
        const path = URL.parse(url)?.pathname ?? ''
        const key = path.startsWith(weightsBucket) ? path.slice(weightsBucket.length) : undefined
        if (key === undefined || !files.has(key)) return refusal(404, 'File not found')
        return text(this.#sign(this.weightsURL(key), `GET ${key}`))
      },

      getWeights: async ({ query }, { key = '' }) =>
        this.#isSigned(query, `GET ${key}`) ? ((await files.respond(key)) ?? accessDenied()) : accessDenied(),

      getImage: async (_request, { folder = '', file = '' }) =>
        (await files.respond(`${folder}/${file}`, { 'access-control-allow-origin': '*' })) ?? refusal(404, 'Not Found'),

      // Images only, as data URLs; the pages say `urls`, SDK and clients read `file_urls`.
      uploadAsset: async (request) => {
        const dataURLs = looseInput(request).data_urls
        if (!Array.isArray(dataURLs) || dataURLs.length === 0) return refusal(400, 'data_urls is required')
        const urls: string[] = []
        for (const dataURL of dataURLs) {
          if (typeof dataURL !== 'string' || !dataURL.startsWith('data:'))
            return refusal(400, 'data_urls must be data URLs')
          const id = files.add(await this.#context.fetchFile(dataURL), `assets/${randomUUID()}`)
          urls.push(`${origin()}/images/${id}`)
        }
        return json({ file_urls: urls, message: 'Files uploaded successfully' })
      },
    }
  }

  #sign(url: string, what: string): string {
    const expires = this.#context.clock.now() + signatureMs
    const signature = this.#signature(what, expires)
    return `${url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=${expires}&X-Amz-Signature=${signature}`
  }

  #isSigned(query: URLSearchParams, what: string): boolean {
    const expires = Number(query.get('X-Amz-Expires'))
    return expires > this.#context.clock.now() && query.get('X-Amz-Signature') === this.#signature(what, expires)
  }

  #signature(what: string, expires: number): string {
    return createHash('sha256').update(`${this.#context.apiKey} ${what} ${expires}`).digest('hex')
  }
}
