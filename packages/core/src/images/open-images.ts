import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { glob, isDynamicPattern } from 'tinyglobby'
import { refuseAborted } from '../abort.js'
import { LikenessError } from '../error.js'
import type { ImageFile } from './image-file.js'
import type { ImageContent, ImageInput } from './image-input.js'
import { describeContent, imageExtensions, sniffImage } from './sniff.js'

/** Images ready to be read, and how to let go of what was spooled for them. */
export interface OpenedImages {
  readonly images: readonly ImageFile[]
  /** Deletes spooled downloads and streams. Safe to call twice. */
  close(): Promise<void>
}

/** How images are opened. */
export interface OpenOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** Reads `http(s):` inputs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Name of the parameter, for messages. @default 'images' */
  readonly field?: string
}

interface Item {
  readonly content: Exclude<ImageContent, string | URL> | { readonly path: string } | { readonly url: string }
  readonly name: string | undefined
  readonly caption: string | undefined
  readonly field: string
}

interface Source {
  readonly bytes: number
  open(start?: number, end?: number): AsyncIterable<Uint8Array>
}

const HEAD_BYTES = 512 * 1024

/**
 * Chunks are garbage once they are sent, and larger ones are collected later: with 64 KiB the peak memory of a 600 MB
 * upload was half as much again as with 8 KiB (bench `upload`).
 */
const CHUNK_BYTES = 8 * 1024
const imagePattern = '*.{jpg,jpeg,png,webp,gif,bmp,tif,tiff,heic,heif,avif}'

function refuse(field: string, message: string, cause?: unknown): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${field}: ${message}`,
    fields: [{ field, message }],
    cause,
  })
}

type Captioned = Exclude<ImageInput, ImageContent>

function unwrap(input: ImageInput): Captioned {
  const isCaptioned = typeof input === 'object' && 'image' in input
  return isCaptioned ? (input as Captioned) : { image: input as ImageContent }
}

async function expandPath(path: string, field: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return [path]
  if (found?.isDirectory()) {
    const files = await glob(imagePattern, {
      cwd: path,
      absolute: true,
      caseSensitiveMatch: false,
      expandDirectories: false,
    })
    if (files.length === 0) throw refuse(field, `the folder ${path} holds no images (jpg, png, webp, ...)`)
    return files.sort()
  }
  if (isDynamicPattern(path)) {
    const files = await glob(path, { absolute: true, expandDirectories: false })
    if (files.length === 0) throw refuse(field, `no file matches ${path}`)
    return files.sort()
  }
  throw refuse(field, `there is no file or folder ${path}`)
}

async function expand(input: ImageInput, field: string): Promise<Item[]> {
  const { image, caption, name } = unwrap(input)
  for (const [key, value] of Object.entries({ caption, name })) {
    if (value !== undefined && typeof value !== 'string') throw refuse(`${field}.${key}`, 'must be text')
  }
  const item = (content: Item['content'], itemName: string | undefined): Item => ({
    content,
    name: name ?? itemName,
    caption,
    field,
  })
  if (typeof image === 'string' && /^https?:\/\//i.test(image)) return [item({ url: image }, undefined)]
  if (image instanceof URL) {
    if (image.protocol === 'file:') return [item({ path: fileURLToPath(image) }, basename(fileURLToPath(image)))]
    if (/^https?:$/.test(image.protocol)) return [item({ url: image.href }, undefined)]
    throw refuse(field, `the address ${image.protocol} is neither http(s): nor file:`)
  }
  if (typeof image === 'string') {
    const paths = await expandPath(image, field)
    return paths.map((path) => ({ ...item({ path }, basename(path)), field: `${field} (${path})` }))
  }
  return [item(image, undefined)]
}

async function* checkedStream(stream: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) {
    refuseAborted(signal)
    yield chunk
  }
}

/** A pipeline waits for its source to close, which one that has stalled never does. */
async function untilAborted(signal: AbortSignal | undefined, work: Promise<void>): Promise<void> {
  if (signal === undefined) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function spool(
  stream: AsyncIterable<Uint8Array>,
  folder: () => Promise<string>,
  index: number,
  signal?: AbortSignal,
): Promise<Source> {
  const path = join(await folder(), String(index))
  await untilAborted(signal, pipeline(stream, createWriteStream(path), signal === undefined ? {} : { signal }))
  return fileSource(path)
}

async function fileSource(path: string): Promise<Source> {
  // Opening it now tells an unreadable file from a bad one before anything is sent.
  const file = await open(path, 'r')
  const { size } = await file.stat().finally(() => file.close())
  return {
    bytes: size,
    open: (start, end) =>
      createReadStream(path, {
        highWaterMark: CHUNK_BYTES,
        ...(start !== undefined && { start }),
        ...(end !== undefined && { end }),
      }),
  }
}

function memorySource(bytes: Uint8Array): Source {
  return {
    bytes: bytes.length,
    async *open(start = 0, end = bytes.length - 1) {
      yield bytes.subarray(start, end + 1)
    },
  }
}

function blobSource(blob: Blob): Source {
  return { bytes: blob.size, open: (start = 0, end = blob.size - 1) => blob.slice(start, end + 1).stream() }
}

async function fetchSource(
  url: string,
  options: OpenOptions,
  folder: () => Promise<string>,
  index: number,
): Promise<Source> {
  const fetchImage = options.fetch ?? globalThis.fetch
  const response = await fetchImage(url, options.abortSignal ? { signal: options.abortSignal } : {})
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    throw new Error(`the server answered ${response.status}`)
  }
  return spool(response.body, folder, index, options.abortSignal)
}

async function sourceOf(
  item: Item,
  options: OpenOptions,
  folder: () => Promise<string>,
  index: number,
): Promise<Source> {
  const { content } = item
  if (content instanceof Uint8Array) return memorySource(content)
  if (content instanceof Blob) return blobSource(content)
  if (typeof content === 'object' && content !== null) {
    if ('path' in content) return fileSource(content.path)
    if ('url' in content) return fetchSource(content.url, options, folder, index)
    if (Symbol.asyncIterator in content) return spool(content, folder, index, options.abortSignal)
  }
  throw refuse(item.field, 'must be a path, URL, Buffer, Blob, stream, or { image, caption, name }')
}

async function readHead(source: Source): Promise<Uint8Array> {
  if (source.bytes === 0) return new Uint8Array()
  const chunks: Uint8Array[] = []
  for await (const chunk of source.open(0, Math.min(HEAD_BYTES, source.bytes) - 1)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function hash(source: Source, signal?: AbortSignal): Promise<string> {
  const sha256 = createHash('sha256')
  for await (const chunk of checkedStream(source.open(), signal)) sha256.update(chunk)
  return sha256.digest('hex')
}

/** The given name with an extension that tells the truth; vendors go by it. */
function fileName(name: string | undefined, index: number, mediaType: string): string {
  const given = (name ?? `image-${index + 1}`).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
  const extension = extname(given).slice(1).toLowerCase()
  const wanted = imageExtensions(mediaType)
  if (wanted.includes(extension)) return given
  return `${extension === '' ? given : given.slice(0, -extension.length - 1)}.${wanted[0] ?? 'bin'}`
}

function unique(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const extension = extname(name)
    const stem = name.slice(0, name.length - extension.length)
    let candidate = name
    // Stems must differ as well, not only names: captions are paired with images by stem.
    const key = (value: string) => value.slice(0, value.length - extname(value).length).toLowerCase()
    for (let count = 2; taken.has(key(candidate)); count += 1) candidate = `${stem}-${count}${extension}`
    taken.add(key(candidate))
    return candidate
  })
}

/** @throws LikenessError only: `aborted`, or `invalid-request` naming the input */
async function openItem(item: Item, ...rest: [number, OpenOptions, () => Promise<string>]): Promise<ImageFile> {
  const [, { abortSignal }] = rest
  try {
    return await readItem(item, ...rest)
  } catch (error) {
    refuseAborted(abortSignal)
    if (LikenessError.is(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw refuse(item.field, `cannot be read: ${reason}`, error)
  }
}

async function readItem(
  item: Item,
  index: number,
  options: OpenOptions,
  folder: () => Promise<string>,
): Promise<ImageFile> {
  const source = await sourceOf(item, options, folder, index)
  const head = await readHead(source)
  const sniffed = sniffImage(head)
  if (sniffed === undefined) throw refuse(item.field, `is ${describeContent(head)}, not an image`)
  return {
    ...sniffed,
    name: fileName(item.name, index, sniffed.mediaType),
    bytes: source.bytes,
    sha256: await hash(source, options.abortSignal),
    caption: item.caption,
    url: 'url' in item.content ? item.content.url : undefined,
    stream: () => source.open(),
  }
}

/**
 * Opens everything that may be given as images: paths, folders (the images directly in them, by name), globs, URLs,
 * bytes, blobs, streams. URLs and streams are spooled to a temporary folder, so that each image can be read twice and
 * memory stays flat.
 *
 * @throws LikenessError `invalid-request` naming the input that is missing, unreadable, or no image
 */
export async function openImages(inputs: readonly ImageInput[], options: OpenOptions = {}): Promise<OpenedImages> {
  const field = options.field ?? 'images'
  let folder: Promise<string> | undefined
  const temporary = () => {
    folder ??= mkdtemp(join(tmpdir(), 'likeness-images-'))
    return folder
  }
  const close = async () => {
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true })
  }
  try {
    const items = (await Promise.all(inputs.map((input, index) => expand(input, `${field}.${index}`)))).flat()
    const images: ImageFile[] = []
    for (const [index, item] of items.entries()) images.push(await openItem(item, index, options, temporary))
    const names = unique(images.map((image) => image.name))
    return { images: images.map((image, index) => ({ ...image, name: names[index] ?? image.name })), close }
  } catch (error) {
    await close()
    throw error
  }
}
