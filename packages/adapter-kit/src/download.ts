import type { Clock, Download } from '@likeness/core'

/** What to download, and within which bounds. */
export interface DownloadOptions {
  /** `https:`, `http:` or `data:`. Untrusted. */
  readonly url: string
  /** `Provider.id`, for errors. */
  readonly provider: string
  /** Hosts, as `host` or `host:port`, that may be private. */
  readonly allowedHosts?: readonly string[] | undefined
  readonly clock?: Clock | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** @default 100 MB */
  readonly maximumBytes?: number | undefined
  /** Until the headers, in milliseconds. @default 60 000 */
  readonly timeoutMs?: number | undefined
  /** Between two chunks, in milliseconds. @default 30 000 */
  readonly idleTimeoutMs?: number | undefined
  /** How often a download that brought no byte is tried again. @default 4 */
  readonly maxRetries?: number | undefined
  readonly abortSignal?: AbortSignal | undefined
  /** Uniform in [0, 1), for the jitter of pauses. @default Math.random */
  readonly random?: (() => number) | undefined
}

/**
 * Reads a file from a URL that a vendor gave. No key is sent. Private addresses are refused, behind names and redirects
 * too; size, redirects and pauses are limited. It is tried again as long as no byte has come. A stream that is not read
 * to its end must be closed (`break`, or `return()`).
 *
 * @throws LikenessError, also while the stream is read: `expired` for a file that is gone, `invalid-response` for a URL
 * that is refused or a file that is too large, else `network`, `timeout`, `unavailable`, `permission` or `aborted`
 */
export async function download(options: DownloadOptions): Promise<Download> {
  const { downloadFile } = await import('./download-file.js')
  return downloadFile(options)
}
