import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from '@likeness/core'
import { group } from '../case.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { encodePlainPng } from '../photos/png.js'
import { readImage } from '../photos/read-image.js'
import { generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, read } from '../work.js'

const { cases, check } = group('downloads')

/** A private server that counts its visitors. */
async function withTrap(
  use: (trap: { readonly port: number; readonly visits: () => number }) => Promise<void>,
): Promise<void> {
  let visits = 0
  const server = createServer((_, response) => {
    visits += 1
    response.setHeader('content-type', 'image/png')
    response.end(encodePlainPng(8, 8, [0, 0, 0]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await use({ port, visits: () => visits })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A provider whose injected `fetch` also counts where it is asked to go; over sockets the trap alone counts. */
function watched(session: Session): { readonly provider: Provider; readonly hosts: string[] } {
  const { fetch } = session
  const hosts: string[] = []
  if (fetch === undefined) return { provider: session.provider, hosts }
  const provider = session.create({
    fetch: (input, init) => {
      hosts.push(new URL(input instanceof Request ? input.url : input).host)
      return fetch(input, init)
    },
  })
  return { provider, hosts }
}

async function consume(provider: Provider, url: string): Promise<void> {
  const download = await provider.generate?.download({ url })
  for await (const _ of download?.stream ?? []);
}

check('private addresses are refused and not visited', async (session) => {
  session.generate()
  await withTrap(async ({ port, visits }) => {
    const { provider, hosts } = watched(session)
    const addresses = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://2130706433:${port}/`,
      `http://0.0.0.0:${port}/`,
      'http://169.254.169.254/latest/meta-data',
      'http://10.1.2.3/',
      'http://192.168.0.1/',
      'file:///etc/passwd',
      'not a url',
    ]
    for (const address of addresses) await rejection(consume(provider, address), `a download from ${address}`)
    assert.deepEqual(hosts, [], 'hosts that were asked')
    assert.equal(visits(), 0, 'the private server was visited')
  })
})

check('a redirect to a private address is not followed', async (session) => {
  const { status } = await draw(session, generateRequest())
  await withTrap(async ({ port, visits }) => {
    const { provider, hosts } = watched(session)
    const location = `http://127.0.0.1:${port}/`
    session.control.fault({
      operation: 'output.download',
      times: 99,
      fault: { type: 'status', status: 302, headers: { location } },
    })
    await rejection(consume(provider, status.images[0]?.url ?? ''), 'the redirected download')
    assert.ok(!hosts.includes(new URL(location).host), 'the private address was asked')
    assert.equal(visits(), 0, 'the private server was visited')
  })
})

check('a redirect at the vendor is followed', async (session) => {
  const { status } = await draw(session, generateRequest())
  const location = status.images[0]?.url ?? ''
  session.control.fault({
    operation: 'output.download',
    fault: { type: 'status', status: 302, headers: { location } },
  })
  readImage(await read(session, status.images[0]))
})

check('redirects without end are given up', async (session) => {
  const { status } = await draw(session, generateRequest())
  const location = status.images[0]?.url ?? ''
  session.control.fault({
    operation: 'output.download',
    times: 999,
    fault: { type: 'status', status: 302, headers: { location } },
  })
  await rejection(read(session, status.images[0]), 'the download')
})

check('the key does not go along', async (session) => {
  const { status } = await draw(session, generateRequest())
  const requests = await session.requestsDuring(() => read(session, status.images[0]))
  const downloads = requests.filter(({ operation }) => operation === 'output.download')
  assert.ok(
    downloads.every(({ authenticated }) => !authenticated),
    'the key went along with a download',
  )
})

check('a data: URL is read without a request', async (session) => {
  session.generate()
  const { provider, hosts } = watched(session)
  const png = encodePlainPng(16, 24, [1, 2, 3])
  const download = await provider.generate?.download({ url: `data:image/png;base64,${png.toString('base64')}` })
  const chunks: Uint8Array[] = []
  for await (const chunk of download?.stream ?? []) chunks.push(chunk)
  assert.deepEqual(Buffer.concat(chunks), png)
  assert.equal(download?.mediaType, 'image/png')
  assert.deepEqual(hosts, [])
})

check('a download that fails for a moment is repeated', async (session) => {
  const { status } = await draw(session, generateRequest())
  session.control.fault({ operation: 'output.download', fault: { type: 'status', status: 503 } })
  readImage(await read(session, status.images[0]))
})

check('a picture that is gone is not-found or expired', async (session) => {
  const { status, started } = await draw(session, generateRequest())
  session.control.expire(started.handle.id)
  const error = await rejection(read(session, status.images[0]))
  assertKind(error, 'not-found', 'expired')
})

check('a picture can be read twice', async (session) => {
  const { status } = await draw(session, generateRequest())
  const first = await read(session, status.images[0])
  assert.ok(first.equals(await read(session, status.images[0])))
})

/** Addresses from a vendor are not trusted. */
export const downloadCases = cases
