import { LikenessError } from '@likeness/core'

/**
 * Passes `source` through and insists on its announced length: a file that grew or shrank since it was measured would
 * break the framing of the request around it.
 *
 * @throws LikenessError `invalid-request` as soon as the length is known to differ
 */
export async function* exactLength(
  name: string,
  bytes: number,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.byteLength
    if (seen > bytes) throw changed(name, bytes, `at least ${seen}`)
    yield chunk
  }
  if (seen < bytes) throw changed(name, bytes, String(seen))
}

function changed(name: string, announced: number, found: string): LikenessError {
  return new LikenessError({
    kind: 'invalid-request',
    message: `${name} changed while it was being read: ${announced} bytes were announced, ${found} found`,
    fields: [{ field: name, message: `must stay unchanged during the upload` }],
    hint: 'Copy the file to a place where nothing writes to it, and try again.',
  })
}
