import assert from 'node:assert/strict'
import { type ErrorKind, LikenessError, type Retry } from '@likeness/core'
import type { BackendOperation, Fault } from '../backend.js'
import { group, skip } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertKind, rejection } from '../checks/rejection.js'
import { assertSecretFree } from '../checks/secrets.js'
import { fictitiousHandle, fineTuneRequest, generateRequest } from '../requests.js'
import { otherKey, type Session } from '../session.js'

const { cases, check, live } = group('errors')

interface Expectation {
  readonly kinds: readonly ErrorKind[]
  readonly retry: readonly Retry[]
  /** Tells a person what to do. */
  readonly hint?: true
  /** Names the field that was refused. */
  readonly fields?: true
}

type Answer = Extract<Fault['type'], string>

const anywhere: readonly Retry[] = ['never', 'later', 'elsewhere']

/** Refusals of a submit: clear words, nothing created. */
const refusals: Partial<Record<Answer, Expectation>> = {
  unauthorized: { kinds: ['authentication'], retry: ['never'], hint: true },
  'insufficient-credits': { kinds: ['insufficient-credits'], retry: ['elsewhere', 'never'], hint: true },
  forbidden: { kinds: ['permission'], retry: ['never', 'elsewhere'] },
  'not-found': { kinds: ['not-found'], retry: ['never', 'elsewhere'] },
  conflict: { kinds: ['conflict'], retry: anywhere },
  'too-large': { kinds: ['invalid-request'], retry: ['never', 'elsewhere'] },
  'invalid-field': { kinds: ['invalid-request'], retry: ['never', 'elsewhere'], fields: true },
  'content-blocked': { kinds: ['content-blocked'], retry: ['never', 'elsewhere'] },
  'service-closed': { kinds: ['unavailable', 'not-found', 'unsupported', 'permission'], retry: anywhere },
  unavailable: { kinds: ['unavailable', 'outcome-unknown'], retry: anywhere },
  'server-error': { kinds: ['unavailable', 'outcome-unknown'], retry: anywhere },
}

/** Failures of a read, again and again. */
const readFailures: Partial<Record<Answer, Expectation>> = {
  unauthorized: { kinds: ['authentication'], retry: ['never'], hint: true },
  forbidden: { kinds: ['permission'], retry: ['never', 'elsewhere'] },
  'server-error': { kinds: ['unavailable'], retry: ['later', 'elsewhere'] },
  unavailable: { kinds: ['unavailable'], retry: ['later', 'elsewhere'] },
  'bad-gateway': { kinds: ['unavailable'], retry: ['later', 'elsewhere'] },
  'gateway-timeout': { kinds: ['unavailable', 'timeout'], retry: ['later', 'elsewhere'] },
  'html-error': { kinds: ['unavailable', 'invalid-response'], retry: ['later', 'elsewhere'] },
  'truncated-json': { kinds: ['invalid-response'], retry: anywhere },
  'empty-body': { kinds: ['invalid-response'], retry: anywhere },
  'reset-before': { kinds: ['network'], retry: ['later', 'elsewhere'] },
}

type Kind = 'fine-tune' | 'generation'
const kinds: readonly Kind[] = ['fine-tune', 'generation']

function submit(session: Session, kind: Kind): Promise<unknown> {
  if (kind === 'fine-tune') return session.fineTune().fineTune.start(fineTuneRequest(session))
  return session.generate().generate.start(generateRequest())
}

/** The error of a submit that meets the fault. */
async function failedSubmit(session: Session, kind: Kind, fault: Fault, times: number): Promise<LikenessError> {
  const operation: BackendOperation = `${kind}.submit`
  if (kind === 'fine-tune') session.fineTune()
  else session.generate()
  session.control.fault({ operation, times, fault })
  return rejection(submit(session, kind), operation)
}

/** How a status can be read; skips where the answer to a submit already is the end. */
async function reader(session: Session, kind: Kind): Promise<() => Promise<unknown>> {
  if (kind === 'fine-tune') {
    const { fineTune } = session.fineTune()
    const { handle } = await fineTune.start(fineTuneRequest(session))
    return () => fineTune.status(handle)
  }
  const { generate } = session.generate()
  const { handle, status } = await generate.start(generateRequest())
  if (status !== undefined) skip('the answer to the submit is the end of the job')
  return () => generate.status(handle)
}

function assertAsExpected(
  error: LikenessError,
  session: Session,
  { kinds: allowed, retry, hint, fields }: Expectation,
): void {
  assertKind(error, ...allowed)
  assert.ok(retry.includes(error.retry), `retry must be ${retry.join(' or ')}, not ${error.retry}`)
  assertNamed(session.provider, error.provider, 'the error')
  assert.ok(error.operation, 'the error names the operation')
  if (error.kind === 'outcome-unknown') assert.equal(error.billed, 'maybe')
  else assert.equal(error.billed, 'no', 'nothing was billed')
  if (hint) assert.ok(error.hint, 'the error says what to do')
  if (fields) assert.ok(error.fields && error.fields.length > 0, 'the error names the field')
  assert.deepEqual(LikenessError.from(JSON.parse(JSON.stringify(error))).toJSON(), error.toJSON(), 'survives JSON')
}

for (const kind of kinds) {
  for (const [type, expectation] of Object.entries(refusals)) {
    check(`${kind}.submit: ${type}`, async (session) => {
      const error = await failedSubmit(session, kind, { type } as Fault, 1)
      assertAsExpected(error, session, expectation)
      assert.equal(session.control.jobs.length, 0, 'no job was created')
    })
  }

  for (const [name, retryAfter, expected] of [
    ['seconds', 7, [7_000, 7_000]],
    ['a date', 'date', [1, 3_600_000]],
    ['nothing', undefined, undefined],
  ] as const) {
    check(`${kind}.submit: rate-limited for good, Retry-After is ${name}`, async (session) => {
      const fault: Fault = { type: 'rate-limited', ...(retryAfter === undefined ? {} : { retryAfter }) }
      const error = await failedSubmit(session, kind, fault, 99)
      assertAsExpected(error, session, { kinds: ['rate-limited'], retry: ['later'] })
      if (expected === undefined) return
      const [least, most] = expected
      const { retryAfterMs = -1 } = error
      assert.ok(
        retryAfterMs >= least && retryAfterMs <= most,
        `retryAfterMs ${retryAfterMs} must be in ${least} to ${most}`,
      )
    })
  }

  for (const [type, expectation] of Object.entries(readFailures)) {
    check(`${kind}.status: ${type}, again and again`, async (session) => {
      const read = await reader(session, kind)
      session.control.fault({ operation: `${kind}.status`, times: 99, fault: { type } as Fault })
      assertAsExpected(await rejection(read(), 'status'), session, expectation)
    })
  }

  check(`${kind}.status: a failure that passes is not noticed`, async (session) => {
    for (const type of ['unavailable', 'reset-before', 'rate-limited'] as const) {
      const read = await reader(session, kind)
      session.control.fault({ operation: `${kind}.status`, fault: { type } })
      await read()
    }
  })

  check(`${kind}.status: no answer in time`, async (session) => {
    await reader(session, kind)
    const provider = session.create({ timeoutMs: 150 })
    const handle = await (kind === 'fine-tune'
      ? session.fineTune().fineTune.start(fineTuneRequest(session))
      : session.generate().generate.start(generateRequest()))
    session.control.fault({ operation: `${kind}.status`, times: 99, fault: { type: 'stall' } })
    const status =
      kind === 'fine-tune' ? provider.fineTune?.status(handle.handle) : provider.generate?.status(handle.handle)
    assertAsExpected(await rejection(Promise.resolve(status)), session, {
      kinds: ['timeout'],
      retry: ['later', 'elsewhere'],
    })
  })

  check(`${kind}.submit: nobody listens`, async (session) => {
    if (kind === 'fine-tune') session.fineTune()
    else session.generate()
    await session.control.goOffline()
    const error = await rejection(submit(session, kind))
    assertAsExpected(error, session, { kinds: ['network'], retry: ['later', 'elsewhere'] })
    await session.control.goOnline()
    await submit(session, kind)
    assert.equal(session.control.jobs.length, 1, 'and works again when it is back')
  })

  check(`${kind}.submit: an empty balance is insufficient-credits`, async (session) => {
    if (kind === 'fine-tune') session.fineTune()
    else session.generate()
    session.control.setBalance(0)
    const error = await rejection(submit(session, kind))
    assertAsExpected(error, session, { kinds: ['insufficient-credits'], retry: ['elsewhere', 'never'], hint: true })
    assert.equal(session.control.invoice.length, 0)
  })

  check(`${kind}.submit: the key is nowhere in an error, also where the vendor repeats it`, async (session) => {
    const secrets = [session.apiKey, session.webhookSecret]
    const echo = JSON.stringify({
      error: `bad key ${session.apiKey}`,
      detail: `bad key ${session.apiKey}`,
      key: session.apiKey,
    })
    const faults: readonly Fault[] = [
      { type: 'unauthorized' },
      { type: 'invalid-field' },
      { type: 'server-error' },
      { type: 'reset-before' },
      { type: 'truncated-json' },
      { type: 'status', status: 401, body: echo },
      { type: 'status', status: 422, body: `the header was Authorization: Bearer ${session.apiKey}` },
      {
        type: 'status',
        status: 500,
        body: `<html>${session.apiKey}</html>`,
        headers: { 'x-request-id': session.apiKey },
      },
    ]
    if (kind === 'fine-tune') session.fineTune()
    else session.generate()
    for (const fault of faults) {
      session.control.fault({ operation: `${kind}.submit`, fault })
      // A submit that succeeds all the same is judged elsewhere.
      await submit(session, kind).catch((error: unknown) => assertSecretFree(error, secrets))
    }
    await session.control.goOffline()
    assertSecretFree(await rejection(submit(session, kind)), secrets)
  })
}

check('a wrong key is authentication, and is nowhere in the error', async (session) => {
  const apiKey = otherKey(session.apiKey)
  const provider = session.create({ apiKey })
  const calls = [
    () => provider.generate?.start(generateRequest()),
    () => provider.fineTune?.start(fineTuneRequest(session)),
    () => provider.account?.check(),
  ]
  for (const call of calls) {
    const running = call()
    if (running === undefined) continue
    const error = await rejection(running)
    assertAsExpected(error, session, { kinds: ['authentication'], retry: ['never'], hint: true })
    assertSecretFree(error, [apiKey])
  }
  assert.equal(session.control.jobs.length, 0)
})

live('the account can be checked for free', async ({ provider }) => {
  const { account } = provider
  if (account === undefined) skip('the provider has no account check')
  const { balance } = await account.check()
  if (balance !== undefined) assert.ok(Number.isInteger(balance), 'the balance is in whole nano-USD')
})

live('a job that does not exist is not-found or expired', async (session) => {
  const { provider, clock } = session
  for (const kind of kinds) {
    const work = kind === 'fine-tune' ? provider.fineTune : provider.generate
    if (work === undefined) continue
    try {
      const { state } = await work.status(fictitiousHandle(provider, kind, clock.now()))
      assert.equal(state, 'expired')
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      assertKind(error, 'not-found', 'expired', 'invalid-request')
    }
  }
})

/** What goes wrong is said in the same words whatever the vendor. */
export const errorCases = cases
