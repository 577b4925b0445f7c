/** A URL in a request could not be read: a public host, a refused connection, an answer that is not 2xx. */
export class UnreachableUrlError extends Error {
  override readonly name = 'UnreachableUrlError'
  readonly url: string

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`cannot read ${url}: ${reason}`, options)
    this.url = url
  }
}
