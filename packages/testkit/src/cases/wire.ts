import assert from 'node:assert/strict'
import { type JobHandle, type JobKind, type JobStatus, LikenessError, type Provider } from '@likeness/core'
import type { Fault } from '../backend.js'
import { group, skip } from '../case.js'
import { type Captured, captureAnswers } from '../checks/captured-answers.js'
import { shapeDifferences } from '../checks/json-shape.js'
import { type Fixture, type RecordedMeaning, wireBody } from '../fixture.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { settle } from '../work.js'

const { cases, check } = group('wire')

/** The fixtures of what the provider does. */
function fixturesOf({ fixtures, provider }: Session): readonly Fixture[] {
  const done = { 'fine-tune': provider.fineTune, generation: provider.generate, account: provider.account }
  const matching = fixtures.filter((fixture) => done[targetOf(fixture).subject] !== undefined)
  return matching.length > 0 ? matching : skip('the kit was given no recorded answers')
}

type Subject = JobKind | 'account'

/** What a fixture is about, and which call reads it. */
function targetOf({ name, operation }: Fixture): { readonly subject: Subject; readonly submits: boolean } {
  switch (operation) {
    case 'fine-tune.submit':
    case 'generation.submit':
      return { subject: operation === 'fine-tune.submit' ? 'fine-tune' : 'generation', submits: true }
    case 'fine-tune.status':
    case 'fine-tune.result':
      return { subject: 'fine-tune', submits: false }
    case 'generation.status':
    case 'generation.result':
      return { subject: 'generation', submits: false }
    case 'account':
      return { subject: 'account', submits: false }
    default:
      throw new TypeError(`fixture ${JSON.stringify(name)}: answers to ${operation} are read by no case`)
  }
}

async function start(session: Session, kind: JobKind, provider: Provider) {
  return kind === 'fine-tune'
    ? session.fineTune(provider).fineTune.start(fineTuneRequest(session))
    : session.generate(provider).generate.start(generateRequest())
}

async function statusOf(session: Session, handle: JobHandle, provider: Provider): Promise<JobStatus> {
  return handle.kind === 'fine-tune'
    ? session.fineTune(provider).fineTune.status(handle)
    : session.generate(provider).generate.status(handle)
}

function meaningOf(status: JobStatus): Record<string, unknown> {
  const { state } = status
  if (state === 'failed') return { state, error: status.error.kind, cost: status.cost?.amount }
  if (state !== 'succeeded') return { state }
  const cost = status.cost?.amount
  return 'images' in status
    ? { state, images: status.images.length, cost }
    : { state, weights: status.model.weights?.url, cost }
}

const isOfJob = (fault: Fault | undefined): fault is Fault => fault?.type.startsWith('job-') === true

/** A job that has ended, so that an adapter that reads its result as well gets one; badly, where the fixture is of that. */
async function endedJob(session: Session, kind: JobKind, { provokedBy }: Fixture): Promise<JobHandle> {
  if (isOfJob(provokedBy)) session.control.fault({ operation: `${kind}.submit`, fault: provokedBy })
  const { handle } = await start(session, kind, session.provider)
  await settle(session, handle)
  return handle
}

/** Replies with the fixture, and tells what the adapter makes of it. */
async function meaningIn(session: Session, fixture: Fixture): Promise<Record<string, unknown>> {
  const { subject, submits } = targetOf(fixture)
  const { at, operation } = fixture
  const provider =
    at === undefined ? session.provider : session.create({ clock: { ...session.clock, now: () => Date.parse(at) } })
  const handle = subject === 'account' || submits ? undefined : await endedJob(session, subject, fixture)
  const { text, type } = wireBody(fixture, handle?.id ?? '')
  const headers = { 'content-type': type, ...fixture.headers }
  const fault = { type: 'status', status: fixture.status ?? 200, headers, body: text } as const
  // Also when it is asked again.
  session.control.fault({ operation, fault, times: 100 })
  try {
    if (subject === 'account') {
      return { balance: (await provider.account?.check())?.balance }
    }
    if (handle !== undefined) return meaningOf(await statusOf(session, handle, provider))
    const started = await start(session, subject, provider)
    return { started: started.handle.id }
  } catch (error) {
    if (LikenessError.is(error)) return { rejected: error.kind }
    throw error
  }
}

function misreading(expected: RecordedMeaning, actual: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = Object.entries(expected).some(([key, value]) => actual[key] !== value)
  return wrong ? `means ${JSON.stringify(expected)}, and was read as ${JSON.stringify(actual)}` : undefined
}

const report = (lines: readonly string[]) => assert.equal(lines.length, 0, lines.join('\n'))

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

check('every recorded answer is read as it was meant', async (session) => {
  const wrong: string[] = []
  for (const fixture of fixturesOf(session)) {
    const vendor = await session.another()
    const said = await meaningIn(vendor, fixture).then(
      (meaning) => misreading(fixture.reads, meaning),
      (error: unknown) => `could not be read: ${textOf(error)}`,
    )
    if (said !== undefined) wrong.push(`${fixture.name} ${said}`)
    else if (!vendor.control.journal.some(({ fault }) => fault === 'status'))
      wrong.push(`${fixture.name}: the adapter never sent ${fixture.operation}`)
  }
  report(wrong)
})

/** Lets a job run, and reads it often enough to see every state. */
async function follow(session: Session, kind: JobKind, provider: Provider): Promise<void> {
  const { handle, status } = await start(session, kind, provider)
  if (status !== undefined) return
  const { deadlineMs } = (kind === 'fine-tune' ? session.fineTune().fineTune : session.generate().generate).pace(handle)
  for (let waited = 0, pause = 50; waited < deadlineMs; waited += pause, pause *= 1.2) {
    const { state } = await statusOf(session, handle, provider)
    if (['succeeded', 'failed', 'canceled', 'expired'].includes(state)) return
    await session.clock.sleep(pause)
  }
}

/** The backend's own answers in the situation that the fixtures were recorded in. */
async function answersIn(vendor: Session, subject: Subject, fixture: Fixture): Promise<readonly Captured[]> {
  const { fetch } = vendor
  if (fetch === undefined) skip('answers are captured in process only')
  const { answers, wrapped } = captureAnswers(vendor.control, fetch)
  const provider = vendor.create({ fetch: wrapped })
  const { provokedBy } = fixture
  const operation = isOfJob(provokedBy) && subject !== 'account' ? (`${subject}.submit` as const) : fixture.operation
  if (provokedBy !== undefined) vendor.control.fault({ operation, fault: provokedBy })
  try {
    if (subject === 'account') await provider.account?.check()
    else await follow(vendor, subject, provider)
  } catch (error) {
    // What was provoked may end in an error; what the adapter makes of it is another case.
    if (provokedBy === undefined) throw error
  }
  return answers
}

function mismatch(fixture: Fixture, answers: readonly Captured[]): string | undefined {
  const { operation, status = 200 } = fixture
  const alike = answers.filter((answer) => answer.operation === operation && answer.status === status)
  if (alike.length === 0) return `the backend never answers ${operation} with HTTP ${status}`
  const { text, type } = wireBody(fixture, '')
  const recorded: unknown = type === 'application/json' ? JSON.parse(text) : text
  const absent = new Set(Object.keys(fixture.absent ?? {}))
  // A job passes through states with fields of their own; one of its answers is the recorded one's equal.
  const [nearest = []] = alike
    .map(({ body }) => shapeDifferences(recorded, body, absent))
    .sort((one, other) => one.length - other.length)
  return nearest.length === 0 ? undefined : nearest.join('; ')
}

check('the backend answers in the recorded shape', async (session) => {
  const wrong: string[] = []
  const seen = new Map<string, readonly Captured[]>()
  for (const fixture of fixturesOf(session)) {
    if (fixture.notEmulated !== undefined) continue
    const { subject } = targetOf(fixture)
    const situation = JSON.stringify([subject, fixture.provokedBy && fixture.operation, fixture.provokedBy])
    const answers = seen.get(situation) ?? (await answersIn(await session.another(), subject, fixture))
    seen.set(situation, answers)
    const differs = mismatch(fixture, answers)
    if (differs !== undefined) wrong.push(`${fixture.name}: ${differs}`)
  }
  report(wrong)
})

/** What the real vendor was seen to answer, against the adapter and against what stands for the vendor. */
export const wireCases = cases
