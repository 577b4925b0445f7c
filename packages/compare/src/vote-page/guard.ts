import type { MiddlewareHandler } from 'hono'

/** Names under which a machine reaches itself. */
export const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'] as const

/** Host and port of a request, `undefined` where the header is no such thing. */
function hostOf(header: string): URL | undefined {
  if (!/^(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?$/i.test(header)) return undefined
  const text = `http://${header}`
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Where a form was sent from, by what only a browser can say: a page of another site cannot set these headers. */
function isFromHere(origin: string | undefined, site: string | undefined, host: URL): boolean {
  if (site !== undefined && site !== 'same-origin') return false
  if (origin === undefined) return site === 'same-origin'
  return URL.canParse(origin) && new URL(origin).host === host.host
}

/**
 * Refuses requests for another host (a name of somebody else's that resolves to this machine) and forms of other pages.
 *
 * @param hostnames - without a port
 */
export function guard(hostnames: readonly string[], refuse: (message: string) => string): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context
    const host = hostOf(req.header('host') ?? new URL(req.url).host)
    if (host === undefined || !hostnames.includes(host.hostname)) {
      return context.html(refuse(`This page answers at ${hostnames.join(', ')} alone.`), 421)
    }
    if (req.method === 'GET' || req.method === 'HEAD') return next()
    if (!isFromHere(req.header('origin'), req.header('sec-fetch-site'), host)) {
      return context.html(refuse('This form was sent from another page.'), 403)
    }
    if (!/^application\/x-www-form-urlencoded(;|$)/i.test(req.header('content-type') ?? '')) {
      return context.html(refuse('A form was expected.'), 415)
    }
    return next()
  }
}
