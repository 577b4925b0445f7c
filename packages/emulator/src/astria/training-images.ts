import type { StoredFile } from '../core/files.js'
import { UnreachableUrlError } from '../core/reach.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import type { Attributes } from './attributes.js'
import { listOf, UploadedFile } from './input.js'

const photographs = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif', 'avif'])

/**
 * The photographs of a tune: uploaded `images[]`, or `image_urls[]`, which are fetched while the client waits (assumed).
 * `.txt` captions may stand among the images (since 2024-11-27). What is wrong is noted under `images`.
 */
export async function readTrainingImages(
  attributes: Attributes,
  request: ReceivedRequest,
  context: Pick<VendorContext<object>, 'fetchFile'>,
): Promise<StoredFile[]> {
  // Seen: base64 text instead of files counts as no image.
  const files = listOf(attributes.raw('images')).flatMap((image) => (image instanceof UploadedFile ? [image.file] : []))
  for (const url of listOf(attributes.raw('image_urls'))) {
    const file = await fetchImage(String(url), attributes, request, context)
    if (file !== undefined) files.push(file)
  }
  const photos = files.filter((file) => !isCaption(file))
  for (const { name } of photos.filter((file) => !photographs.has(file.format ?? '')))
    attributes.refuse('images', `${name} is not a valid image`)
  if (photos.length === 0 && attributes.errors.images === undefined)
    attributes.refuse('images', 'must contain at least one image')
  return photos
}

/** Assumed: 422 on the field when a URL in a request cannot be read. */
export async function checkReachable(
  attributes: Attributes,
  name: string,
  request: ReceivedRequest,
  context: Pick<VendorContext<object>, 'fetchFile'>,
): Promise<void> {
  const url = attributes.raw(name)
  if (typeof url !== 'string' || url === '') return
  await fetchImage(url, attributes, request, context, name)
}

async function fetchImage(
  url: string,
  attributes: Attributes,
  request: ReceivedRequest,
  context: Pick<VendorContext<object>, 'fetchFile'>,
  field = 'images',
): Promise<StoredFile | undefined> {
  try {
    const file = await context.fetchFile(url, { signal: request.signal })
    const { path: _path, format: _format, ...received } = file
    request.addFiles([received])
    return file
  } catch (error) {
    if (!(error instanceof UnreachableUrlError)) throw error
    attributes.refuse(field, `could not be downloaded from ${url.slice(0, 200)}`)
    return undefined
  }
}

function isCaption(file: StoredFile): boolean {
  return file.name.toLowerCase().endsWith('.txt')
}
