import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What to answer. */
export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  /** Buffers and strings go out as they are, everything else as JSON. */
  readonly body?: unknown
}

/** A vendor on loopback that answers by script and notes what it was sent. */
export async function startVendor(answer: (request: ReceivedRequest, origin: string) => Answer | undefined) {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body: Buffer.concat(chunks) }
    requests.push(request)
    send(response, answer(request, origin) ?? { status: 404, body: { error: `no answer for ${method} ${url}` } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return {
    origin,
    requests,
    /** The JSON body of the n-th request. */
    json: (index: number): unknown => JSON.parse(requests[index]?.body.toString() ?? ''),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answer) {
  const raw = typeof body === 'string' || Buffer.isBuffer(body)
  response.writeHead(status, {
    ...(raw || body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  })
  response.end(raw || body === undefined ? body : JSON.stringify(body))
}
