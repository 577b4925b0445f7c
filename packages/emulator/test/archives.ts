import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import { photos } from './photos.js'

export async function zip(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const archive = new ZipFile()
  for (const [name, bytes] of Object.entries(files))
    archive.addBuffer(Buffer.from(bytes), name, { mtime: new Date(0), compress: false })
  archive.end()
  return await buffer(archive.outputStream.pipe(new PassThrough()))
}

/** A dataset of so many photos: `0.jpg`, `1.jpg`, ... */
export async function dataset(count: number): Promise<Buffer> {
  const images = await photos(count)
  return await zip(Object.fromEntries(images.map((image, index) => [`${index}.jpg`, image])))
}
