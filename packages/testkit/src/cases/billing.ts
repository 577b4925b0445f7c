import assert from 'node:assert/strict'
import {
  type Attempt,
  type JobHandle,
  LikenessError,
  type Provider,
  startFineTune,
  startGenerate,
} from '@likeness/core'
import type { Fault } from '../backend.js'
import { group, skip } from '../case.js'
import { assertNamed } from '../checks/names.js'
import { assertKind } from '../checks/rejection.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, settle, train } from '../work.js'

const { cases, check } = group('billing')

type Kind = 'fine-tune' | 'generation'

/** What is scripted, and what is true afterwards at the vendor. */
interface Scenario {
  readonly fault: Fault
  /** Jobs that the first request creates. */
  readonly created: 0 | 1
  /** Nobody but the vendor can know whether it was created. */
  readonly unknowable: boolean
  /** The vendor took nothing and says so, hence it is sent again. */
  readonly resent?: true
}

const scenarios: Readonly<Record<string, Scenario>> = {
  refused: { fault: { type: 'invalid-field' }, created: 0, unknowable: false },
  'rate-limited once': { fault: { type: 'rate-limited' }, created: 0, unknowable: false, resent: true },
  'rate-limited once, Retry-After 7 seconds': {
    fault: { type: 'rate-limited', retryAfter: 7 },
    created: 0,
    unknowable: false,
    resent: true,
  },
  'connection reset before': { fault: { type: 'reset-before' }, created: 0, unknowable: true },
  'connection reset after': { fault: { type: 'reset-after' }, created: 1, unknowable: true },
  '502 before': { fault: { type: 'bad-gateway' }, created: 0, unknowable: true },
  '502 after': { fault: { type: 'bad-gateway-after' }, created: 1, unknowable: true },
  '504 before': { fault: { type: 'gateway-timeout' }, created: 0, unknowable: true },
  '504 after': { fault: { type: 'gateway-timeout-after' }, created: 1, unknowable: true },
  'truncated 200': { fault: { type: 'truncated-after' }, created: 1, unknowable: true },
  'no answer, not accepted': { fault: { type: 'stall' }, created: 0, unknowable: true },
  'no answer, accepted': { fault: { type: 'stall', accept: true }, created: 1, unknowable: true },
}

interface Outcome {
  readonly handle?: JobHandle
  readonly error?: LikenessError
  readonly attempts: readonly Attempt[]
  readonly since: number
  readonly find: (() => Promise<JobHandle | undefined>) | undefined
}

/** One logical request that meets the fault. */
async function submit(session: Session, kind: Kind, fault: Fault): Promise<Outcome> {
  if (kind === 'fine-tune') session.fineTune()
  else session.generate()
  // Real time passes only where a vendor never answers; everywhere else the clock is virtual.
  const provider: Provider =
    fault.type === 'stall' ? session.create({ timeoutMs: kind === 'fine-tune' ? 500 : 250 }) : session.provider
  const attempts: Attempt[] = []
  const options = { onAttempt: (attempt: Attempt) => void attempts.push(attempt) }
  const since = session.clock.now()
  session.control.fault({ operation: `${kind}.submit`, fault })
  const tuning = kind === 'fine-tune' ? { ...session.fineTune(provider), request: fineTuneRequest(session) } : undefined
  const drawing = kind === 'generation' ? { ...session.generate(provider), request: generateRequest() } : undefined
  const find =
    tuning?.capabilities.find === true
      ? () => tuning.fineTune.find(tuning.request, { since })
      : drawing?.capabilities.find === true
        ? () => drawing.generate.find(drawing.request, { since })
        : undefined
  try {
    const started = await (tuning?.fineTune.start(tuning.request, options) ??
      drawing?.generate.start(drawing.request, options))
    assert.ok(started)
    return { handle: started.handle, attempts, since, find }
  } catch (error) {
    if (!LikenessError.is(error)) throw error
    return { error, attempts, since, find }
  }
}

function jobsOf(session: Session, kind: Kind): readonly string[] {
  return session.control.jobs.filter((job) => job.kind === kind).map(({ id }) => id)
}

/** Each request that arrived has an attempt, and the attempt does not deny what the vendor knows. */
function assertTruthful(session: Session, attempts: readonly Attempt[]): void {
  const sent = session.control.journal.filter(({ paid }) => paid)
  assert.equal(attempts.length, sent.length, `${sent.length} paid requests arrived, ${attempts.length} were reported`)
  sent.forEach((entry, index) => {
    const attempt = attempts[index]
    if (entry.accepted) assert.notEqual(attempt?.outcome, 'rejected', 'an accepted request is reported as rejected')
    else assert.notEqual(attempt?.outcome, 'accepted', 'a request that created nothing is reported as accepted')
  })
}

for (const kind of ['fine-tune', 'generation'] as const) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const { fault, created, unknowable, resent } = scenario

    check(`${kind}, ${name}: never two jobs, and the answer is true`, async (session) => {
      const { handle, error } = await submit(session, kind, fault)
      const jobs = jobsOf(session, kind)
      assert.ok(jobs.length <= 1, `one request made ${jobs.length} jobs`)
      if (handle !== undefined) {
        assert.deepEqual(jobs, [handle.id], 'the handle names the one job')
        return
      }
      assert.ok(!resent, `what the vendor did not take is sent again, but it failed: ${error?.message}`)
      assert.equal(jobs.length, created)
      assert.ok(error)
      if (unknowable) assertKind(error, 'outcome-unknown')
      assert.equal(error.billed, unknowable ? 'maybe' : 'no')
    })

    check(`${kind}, ${name}: every attempt is reported, truthfully`, async (session) => {
      const { attempts, error } = await submit(session, kind, fault)
      assertTruthful(session, attempts)
      if (unknowable && error !== undefined) assert.equal(attempts.at(-1)?.outcome, 'unknown')
      for (const { provider, operation, at } of attempts) {
        assertNamed(session.provider, provider, 'the attempt')
        assert.equal(operation, `${kind}.submit`)
        assert.ok(!Number.isNaN(Date.parse(at)), 'when it was sent')
      }
    })

    if (unknowable) {
      check(`${kind}, ${name}: find tells what became of it`, async (session) => {
        const { find } = await submit(session, kind, fault)
        if (find === undefined) skip('find is not declared')
        const jobs = jobsOf(session, kind)
        assert.equal((await find())?.id, jobs[0])
      })
    }
  }

  check(`${kind}: the pause that the vendor asks for is kept`, async (session) => {
    await submit(session, kind, { type: 'rate-limited', retryAfter: 7 })
    const [first, second] = session.control.journal.filter(({ paid }) => paid)
    assert.ok(first && second, 'it was sent twice')
    assert.ok(second.at - first.at >= 7_000, `sent again after ${second.at - first.at} ms`)
  })

  for (const [name, fault, created] of [
    ['lost', { type: 'reset-after' }, 1],
    ['never accepted', { type: 'reset-before' }, 0],
  ] as const) {
    check(
      `${kind}: an answer that is ${name} is resolved by the job runtime, or said to be unknown`,
      async (session) => {
        const { capabilities } = kind === 'fine-tune' ? session.fineTune() : session.generate()
        session.control.fault({ operation: `${kind}.submit`, fault })
        const { provider, clock } = session
        const { subject } = fineTuneRequest(session)
        const run =
          kind === 'fine-tune'
            ? startFineTune({ provider, clock, subject, images: trainingPhotos() })
            : startGenerate({ provider, clock, prompt: 'a lighthouse' })
        const jobs = () => jobsOf(session, kind)
        try {
          const { handle, attempts } = await run
          assert.deepEqual(jobs(), [handle.id], 'the one job is found')
          assert.equal(attempts.at(-1)?.outcome, 'accepted')
        } catch (error) {
          if (!LikenessError.is(error)) throw error
          assert.equal(jobs().length, created)
          assert.ok(
            created === 0 || !capabilities.find,
            `find is declared, but the job was not found: ${error.message}`,
          )
          assertKind(error, ...(capabilities.find ? (['unavailable'] as const) : (['outcome-unknown'] as const)))
          assert.equal(error.billed, capabilities.find ? 'no' : 'maybe')
        }
      },
    )
  }
}

check('the estimate of a training covers what is billed', async (session) => {
  const { fineTune } = session.fineTune()
  const estimate = fineTune.estimate(fineTuneRequest(session)) ?? skip('no price is known')
  const { handle } = await train(session)
  assertCovered(session, handle, estimate.maximum)
})

check('the estimate of a generation covers what is billed', async (session) => {
  const { generate, capabilities } = session.generate()
  const request = generateRequest(undefined, { n: Math.min(2, capabilities.maximumImages) })
  const estimate = generate.estimate(request) ?? skip('no price is known')
  const { started } = await draw(session, request)
  assertCovered(session, started.handle, estimate.maximum)
})

function assertCovered(session: Session, handle: JobHandle, maximum: number): void {
  const billed = session.control.invoice.filter(({ jobId }) => jobId === handle.id)
  assert.equal(billed.length, 1, 'one job is billed once')
  const amount = billed[0]?.amount ?? 0
  assert.ok(amount <= maximum, `billed were ${amount} nano-USD, the estimate said at most ${maximum}`)
}

check('estimates and costs are whole nano-USD that add up', async (session) => {
  const { fineTune, generate } = session.provider
  const estimates = [fineTune?.estimate(fineTuneRequest(session)), generate?.estimate(generateRequest())]
  for (const estimate of estimates) {
    if (estimate === undefined) continue
    assert.ok(Number.isInteger(estimate.minimum) && Number.isInteger(estimate.maximum))
    assert.ok(estimate.minimum <= estimate.maximum)
    assert.match(estimate.asOf, /^\d{4}-\d{2}(-\d{2})?$/, 'the day of the price table')
  }
  if (generate === undefined) return
  const { cost } = (await draw(session, generateRequest())).status
  if (cost === undefined) return
  assert.ok(Number.isInteger(cost.amount) && cost.amount > 0, 'a cost that is known is not zero')
  assert.equal(
    cost.lines.reduce((sum, { amount }) => sum + amount, 0),
    cost.amount,
    'the lines add up',
  )
})

check('the cost that is reported is the one that is billed', async (session) => {
  const { started, status } = await draw(session, generateRequest())
  const { cost } = status
  if (cost === undefined) skip('the vendor does not say what it cost')
  const billed = session.control.invoice.find(({ jobId }) => jobId === started.handle.id)
  assert.equal(cost.amount, billed?.amount)
})

check('a generation that fails does not claim to have cost what was not billed', async (session) => {
  session.control.fault({ operation: 'generation.submit', fault: { type: 'job-failed' } })
  const { handle, status } = await session.generate().generate.start(generateRequest())
  const end = status ?? (await settle(session, handle))
  if (end.state !== 'failed') return
  const billed = session.control.invoice.some(({ jobId, status: state }) => jobId === handle.id && state === 'billed')
  if (billed) assert.notEqual(end.error.billed, 'no', 'it was billed')
  else assert.notEqual(end.error.billed, 'yes', 'it was not billed')
})

/** One logical request makes one billed job, or says that it cannot know. */
export const billingCases = cases
