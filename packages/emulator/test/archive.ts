import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

/** A zip of the named files. */
export async function zip(files: Readonly<Record<string, Uint8Array | string>>): Promise<Buffer> {
  const archive = new ZipFile()
  for (const [name, bytes] of Object.entries(files)) archive.addBuffer(Buffer.from(bytes), name)
  archive.end()
  return await buffer(archive.outputStream)
}
