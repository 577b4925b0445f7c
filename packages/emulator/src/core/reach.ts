import type { StoredFile } from './files.js'
import type { Spool } from './spool.js'

/** A URL in a request could not be read: a public host, a refused connection, an answer that is not 2xx. */
export class UnreachableUrlError extends Error {
  override readonly name = 'UnreachableUrlError'
  readonly url: string

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`cannot read ${url.slice(0, 200)}: ${reason}`, options)
    this.url = url
  }
}

/** True for the machine itself: the only place the emulator ever sends a request to. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
}

export interface ReachOptions {
  readonly signal?: AbortSignal
  /** Default 5 GiB. */
  readonly maxBytes?: number
}

/** Answers for the emulated origins; undefined for any other. */
export type ReadEmulated = (url: URL) => Promise<Response> | undefined

/**
 * Reads a URL named in a request, as the vendor's own downloader would, but only from `data:`, from the emulator
 * itself, and from this machine. Throws UnreachableUrlError.
 */
export async function reach(
  url: string,
  readEmulated: ReadEmulated,
  spool: Spool,
  options: ReachOptions = {},
): Promise<StoredFile> {
  if (!URL.canParse(url)) throw new UnreachableUrlError(url, 'not a URL')
  const target = new URL(url)
  const name = target.protocol === 'data:' ? 'data' : decodeURIComponent(target.pathname.split('/').at(-1) ?? '')
  const limit = { maxBytes: options.maxBytes ?? 5 * 1024 ** 3 }
  try {
    const response = await open(target, readEmulated, options.signal)
    if (!response.ok) throw new UnreachableUrlError(url, `it answered ${response.status}`)
    const mediaType = response.headers.get('content-type')?.split(';')[0]
    return await spool.store(response.body ?? [], { name, mediaType, ...limit })
  } catch (error) {
    if (error instanceof UnreachableUrlError) throw error
    throw new UnreachableUrlError(url, error instanceof Error ? error.message : String(error), { cause: error })
  }
}

async function open(
  url: URL,
  readEmulated: ReadEmulated,
  signal: AbortSignal | undefined,
  hops = 5,
): Promise<Response> {
  if (url.protocol === 'data:') return await fetch(url)
  const emulated = readEmulated(url)
  if (emulated !== undefined) {
    const response = await emulated
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null || hops === 0) return response
    return await open(new URL(location, url), readEmulated, signal, hops - 1)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new UnreachableUrlError(url.href, 'not an HTTP URL')
  if (!isLoopback(url)) throw new UnreachableUrlError(url.href, 'the emulator reads from this machine only')
  return await fetch(url, signal === undefined ? {} : { signal })
}
