import assert from 'node:assert/strict'
import {
  createWakeups,
  fineTune,
  generate,
  type JobHandle,
  type JobKind,
  LikenessError,
  type WebhookRequest,
} from '@likeness/core'
import type { Fault } from '../backend.js'
import { group, skip } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { settle } from '../work.js'

const { cases, check } = group('webhooks')

const callback = 'https://hooks.example.test/likeness?customer=42'

function webhooksOf({ provider }: Session) {
  return provider.webhooks ?? skip('the provider has no callbacks')
}

/** Which kind of job calls back, and what its request says for that. */
async function callbackOf(
  session: Session,
): Promise<{ readonly kind: JobKind; readonly webhookUrl: { webhookUrl?: string } }> {
  webhooksOf(session)
  const { fineTune, generate, webhooks } = session.provider.capabilities
  if (webhooks === 'account') {
    await session.registerWebhook(callback)
    return { kind: fineTune === undefined ? 'generation' : 'fine-tune', webhookUrl: {} }
  }
  const webhookUrl = { webhookUrl: callback }
  if (generate?.parameters.webhookUrl) return { kind: 'generation', webhookUrl }
  if (fineTune?.parameters.webhookUrl) return { kind: 'fine-tune', webhookUrl }
  return assert.fail('callbacks are declared, but neither kind of job takes a webhookUrl')
}

/** Runs a job with callbacks to its end, and long enough beyond it for late ones. */
async function jobWithCallback(session: Session, fault?: Fault): Promise<JobHandle> {
  const { kind, webhookUrl } = await callbackOf(session)
  if (fault !== undefined) session.control.fault({ operation: `${kind}.submit`, fault })
  const { handle } =
    kind === 'generation'
      ? await session.generate().generate.start(generateRequest(undefined, webhookUrl))
      : await session.fineTune().fineTune.start(fineTuneRequest(session, webhookUrl))
  await settle(session, handle)
  await session.clock.sleep(3 * 3_600_000)
  return handle
}

async function firstCallback(
  session: Session,
): Promise<{ readonly handle: JobHandle; readonly request: WebhookRequest }> {
  const handle = await jobWithCallback(session)
  const [request] = session.inbox.received
  assert.ok(request, 'no callback arrived')
  return { handle, request }
}

/** Runs a job and proves its callbacks as they come in. */
async function verified(session: Session, fault?: Fault) {
  const webhooks = webhooksOf(session)
  const accepted: string[] = []
  const refused: LikenessError[] = []
  session.inbox.onReceived = async (request) => {
    try {
      accepted.push((await webhooks.verify(request)).jobId)
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      refused.push(error)
    }
  }
  const handle = await jobWithCallback(session, fault)
  return { handle, accepted, refused }
}

check('a genuine callback is accepted and names the job', async (session) => {
  const webhooks = webhooksOf(session)
  let event: Awaited<ReturnType<typeof webhooks.verify>> | undefined
  session.inbox.onReceived = async (request) => {
    event ??= await webhooks.verify(request)
  }
  const { handle } = await firstCallback(session)
  assert.equal(event?.jobId, handle.id)
  assertNamed(session.provider, event?.provider, 'the event')
  assert.equal(event?.proof, session.provider.capabilities.webhooks === 'signature' ? 'signature' : 'token')
})

check('the callback goes to the address that was given', async (session) => {
  const { request } = await firstCallback(session)
  const url = new URL(request.url)
  assert.equal(url.origin + url.pathname, 'https://hooks.example.test/likeness')
  assert.equal(url.searchParams.get('customer'), '42', 'the query of the caller is kept')
})

check('a forged callback is refused', async (session) => {
  const { handle, accepted, refused } = await verified(session, { type: 'webhook-forged' })
  assert.ok(refused.length > 0, 'the forged callback was accepted')
  for (const error of refused) assertKind(error, 'authentication', 'invalid-request')
  assert.ok(
    accepted.every((id) => id === handle.id),
    'only the genuine callback is accepted',
  )
})

check('an unsigned callback is refused', async (session) => {
  const webhooks = webhooksOf(session)
  const { request } = await firstCallback(session)
  const { origin, pathname } = new URL(request.url)
  const bare = { url: origin + pathname, headers: { 'content-type': 'application/json' }, body: request.body }
  assertKind(await rejection(webhooks.verify(bare)), 'authentication')
})

check('a callback whose proof was touched is refused', async (session) => {
  const webhooks = webhooksOf(session)
  const { request } = await firstCallback(session)
  const touch = (text: string) => text.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (last) => (last === '0' ? '1' : '0'))
  if (session.provider.capabilities.webhooks === 'signature') {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        /signature/i.test(name) ? touch(String(value)) : value,
      ]),
    )
    assertKind(await rejection(webhooks.verify({ ...request, headers })), 'authentication')
    const body = Buffer.from(Buffer.from(request.body).toString().replace('{', '{ '))
    assertKind(await rejection(webhooks.verify({ ...request, body })), 'authentication')
    return
  }
  const stranger = session.create({ webhookSecret: 'another-secret-of-sixteen-characters-and-more' })
  assertKind(await rejection(Promise.resolve(stranger.webhooks?.verify(request))), 'authentication')
})

check('a stale callback is refused, where the vendor signs the time', async (session) => {
  const webhooks = webhooksOf(session)
  if (session.provider.capabilities.webhooks !== 'signature')
    skip('our own token is checked against the job, not the time')
  const { request } = await firstCallback(session)
  await session.clock.sleep(24 * 3_600_000)
  assertKind(await rejection(webhooks.verify(request)), 'authentication')
})

check('a callback that cannot be read is refused', async (session) => {
  const webhooks = webhooksOf(session)
  const { request } = await firstCallback(session)
  const error = await rejection(webhooks.verify({ ...request, body: Buffer.from('{"job": ') }))
  assertKind(error, 'authentication', 'invalid-request')
})

check('no secret is in a callback’s address', async (session) => {
  const { request } = await firstCallback(session)
  assert.ok(!request.url.includes(session.apiKey), 'the key')
  assert.ok(!request.url.includes(session.webhookSecret), 'the secret of the token')
})

check('verifying asks the vendor for nothing that costs', async (session) => {
  const webhooks = webhooksOf(session)
  const { request } = await firstCallback(session)
  const requests = await session.requestsDuring(() => webhooks.verify(request).catch(() => {}))
  assert.deepEqual(
    requests.filter(({ paid }) => paid),
    [],
  )
})

for (const type of [
  'webhook-lost',
  'webhook-late',
  'webhook-doubled',
  'webhook-reordered',
  'webhook-forged',
] as const) {
  check(`${type}: the job ends all the same`, async (session) => {
    const { control, clock, provider, inbox } = session
    const webhooks = webhooksOf(session)
    const wakeups = createWakeups()
    inbox.onReceived = async (request) => {
      const event = await webhooks.verify(request).catch(() => undefined)
      if (event !== undefined) wakeups.notify(event)
    }
    const { kind, webhookUrl } = await callbackOf(session)
    control.fault({ operation: `${kind}.submit`, fault: { type } })
    if (kind === 'generation') await generate({ provider, clock, wakeups, prompt: 'a lighthouse', ...webhookUrl })
    else {
      const { subject } = fineTuneRequest(session)
      await fineTune({ provider, clock, wakeups, subject, images: trainingPhotos(), ...webhookUrl })
    }
    await clock.sleep(3 * 3_600_000)
    assert.equal(control.invoice.length, 1, 'and is billed once')
  })
}

check('a doubled callback is accepted twice', async (session) => {
  const { handle, accepted } = await verified(session, { type: 'webhook-doubled' })
  assert.ok(accepted.filter((id) => id === handle.id).length >= 2, 'both are genuine')
})

check('callbacks that overtake each other name their own jobs', async (session) => {
  const webhooks = webhooksOf(session)
  const { kind, webhookUrl } = await callbackOf(session)
  const named: string[] = []
  session.inbox.onReceived = async (request) => {
    named.push((await webhooks.verify(request)).jobId)
  }
  session.control.fault({ operation: `${kind}.submit`, fault: { type: 'webhook-reordered' } })
  const start = async () =>
    kind === 'generation'
      ? (await session.generate().generate.start(generateRequest(undefined, webhookUrl))).handle
      : (await session.fineTune().fineTune.start(fineTuneRequest(session, webhookUrl))).handle
  const handles = [await start(), await start()]
  for (const handle of handles) await settle(session, handle)
  await session.clock.sleep(3 * 3_600_000)
  assert.deepEqual([...new Set(named)].sort(), handles.map(({ id }) => id).sort())
})

check('a late callback is still accepted', async (session) => {
  const { handle, accepted } = await verified(session, { type: 'webhook-late' })
  assert.ok(accepted.includes(handle.id))
})

/** Callbacks are hints: proven before they are believed, and nothing depends on them. */
export const webhookCases = cases
