import { type CallOptions, type Download, LikenessError } from '@likeness/core'
import type { Parts } from './reference-provider.js'
import { referenceOrigin } from './routes.js'

const attempts = 3
const redirects = 3

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Reads a file from the vendor's own address, and from nowhere else. */
export async function download(
  parts: Parts,
  file: { readonly url: string },
  options: CallOptions = {},
): Promise<Download> {
  const refused = (kind: 'invalid-response' | 'expired' | 'unavailable', message: string) =>
    new LikenessError({ kind, message, provider: parts.id, operation: 'output.download' })

  const inline = /^data:([^;,]+);base64,(.*)$/.exec(file.url)
  if (inline !== null) {
    const [, mediaType = '', content = ''] = inline
    return { stream: once(Buffer.from(content, 'base64')), mediaType }
  }
  let url = file.url
  let hops = 0
  for (let attempt = 1; ; attempt += 1) {
    if (!URL.canParse(url) || new URL(url).origin !== referenceOrigin)
      throw refused('invalid-response', 'The file is not at the vendor.')
    const response = await parts.fetch(url, { redirect: 'manual', signal: options.abortSignal ?? null })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null && hops < redirects) {
      url = new URL(location, url).href
      hops += 1
      continue
    }
    if (response.ok && response.body !== null)
      return { stream: response.body, mediaType: response.headers.get('content-type') ?? undefined }
    if (response.status === 404) throw refused('expired', 'The vendor no longer keeps the file.')
    if (response.status < 500) throw refused('invalid-response', `The file cannot be read: HTTP ${response.status}.`)
    if (attempt === attempts) throw refused('unavailable', `The file cannot be read: HTTP ${response.status}.`)
    await parts.clock.sleep(500, options.abortSignal)
  }
}
