import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { refuseAborted } from '../abort.js'
import { LikenessError } from '../error.js'
import { fileName, uniqueNames } from './file-names.js'
import type { ImageFile } from './image-file.js'
import type { ImageInput } from './image-input.js'
import { type ImageItem, imageItems } from './image-items.js'
import { hash, readHead, type SourceOptions, sourceOf } from './image-source.js'
import { refuseImage } from './refuse-image.js'
import { describeContent, sniffImage } from './sniff.js'

/** Images ready to be read, and how to let go of what was spooled for them. */
export interface OpenedImages {
  readonly images: readonly ImageFile[]
  /** Deletes spooled downloads and streams. Safe to call twice. */
  close(): Promise<void>
}

/** How images are opened. */
export interface OpenOptions extends SourceOptions {
  /** Name of the parameter, for messages. @default 'images' */
  readonly field?: string
}

/** @throws LikenessError only: `aborted`, or `invalid-request` naming the input */
async function openItem(item: ImageItem, ...rest: [number, OpenOptions, () => Promise<string>]): Promise<ImageFile> {
  const [, { abortSignal }] = rest
  try {
    return await readItem(item, ...rest)
  } catch (error) {
    refuseAborted(abortSignal)
    if (LikenessError.is(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw refuseImage(item.field, `cannot be read: ${reason}`, error)
  }
}

async function readItem(
  item: ImageItem,
  index: number,
  options: OpenOptions,
  folder: () => Promise<string>,
): Promise<ImageFile> {
  const source = await sourceOf(item, options, folder, index)
  const head = await readHead(source)
  const sniffed = sniffImage(head)
  if (sniffed === undefined) throw refuseImage(item.field, `is ${describeContent(head)}, not an image`)
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
    const items = (await Promise.all(inputs.map((input, index) => imageItems(input, `${field}.${index}`)))).flat()
    const images: ImageFile[] = []
    for (const [index, item] of items.entries()) images.push(await openItem(item, index, options, temporary))
    const names = uniqueNames(images.map((image) => image.name))
    return { images: images.map((image, index) => ({ ...image, name: names[index] ?? image.name })), close }
  } catch (error) {
    await close()
    throw error
  }
}
