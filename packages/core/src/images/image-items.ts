import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { glob, isDynamicPattern } from 'tinyglobby'
import type { ImageContent, ImageInput } from './image-input.js'
import { refuseImage } from './refuse-image.js'

/** One image of what was given: a folder or glob is many. */
export interface ImageItem {
  readonly content: Exclude<ImageContent, string | URL> | { readonly path: string } | { readonly url: string }
  readonly name: string | undefined
  readonly caption: string | undefined
  readonly field: string
}

const imagePattern = '*.{jpg,jpeg,png,webp,gif,bmp,tif,tiff,heic,heif,avif}'

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
    if (files.length === 0) throw refuseImage(field, `the folder ${path} holds no images (jpg, png, webp, ...)`)
    return files.sort()
  }
  if (isDynamicPattern(path)) {
    const files = await glob(path, { absolute: true, expandDirectories: false })
    if (files.length === 0) throw refuseImage(field, `no file matches ${path}`)
    return files.sort()
  }
  throw refuseImage(field, `there is no file or folder ${path}`)
}

/**
 * The images that an input stands for.
 *
 * @throws LikenessError `invalid-request` naming the input that leads to none
 */
export async function imageItems(input: ImageInput, field: string): Promise<ImageItem[]> {
  const { image, caption, name } = unwrap(input)
  for (const [key, value] of Object.entries({ caption, name })) {
    if (value !== undefined && typeof value !== 'string') throw refuseImage(`${field}.${key}`, 'must be text')
  }
  const item = (content: ImageItem['content'], itemName: string | undefined): ImageItem => ({
    content,
    name: name ?? itemName,
    caption,
    field,
  })
  if (typeof image === 'string' && /^https?:\/\//i.test(image)) return [item({ url: image }, undefined)]
  if (image instanceof URL) {
    if (image.protocol === 'file:') return [item({ path: fileURLToPath(image) }, basename(fileURLToPath(image)))]
    if (/^https?:$/.test(image.protocol)) return [item({ url: image.href }, undefined)]
    throw refuseImage(field, `the address ${image.protocol} is neither http(s): nor file:`)
  }
  if (typeof image === 'string') {
    const paths = await expandPath(image, field)
    return paths.map((path) => ({ ...item({ path }, basename(path)), field: `${field} (${path})` }))
  }
  return [item(image, undefined)]
}
