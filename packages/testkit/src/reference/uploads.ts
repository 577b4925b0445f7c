import { type CallOptions, type ImageFile, LikenessError } from '@likeness/core'
import * as z from 'zod'
import { readAnswer } from './answers.js'
import type { Send } from './transport.js'

const uploadSchema = z.looseObject({ id: z.string() })

/** Uploads one image and returns the vendor's id of it. */
export async function uploadImage(
  send: Send,
  provider: string,
  image: ImageFile,
  options: CallOptions,
): Promise<string> {
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of image.stream()) chunks.push(chunk)
  } catch (cause) {
    const message = `${image.name} cannot be read.`
    throw new LikenessError({ kind: 'invalid-request', message, provider, operation: 'upload', cause })
  }
  const path = `/uploads?name=${encodeURIComponent(image.name)}`
  const answer = await send({ name: 'upload', method: 'POST', path, bytes: Buffer.concat(chunks) }, options)
  return readAnswer(provider, 'upload', uploadSchema, answer).id
}
