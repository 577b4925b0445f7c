import assert from 'node:assert/strict'
import type {
  FineTuneParameter,
  FineTuneRequest,
  GenerateParameter,
  GenerateRequest,
  Provider,
  Warning,
} from '@likeness/core'
import { isFinal, LikenessError } from '@likeness/core'
import { isNamed } from '@likeness/core/runtime'
import type { JournalEntry } from '../backend.js'
import { group, skip } from '../case.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import { pathsOf, valuesAt } from '../checks/wire.js'
import { fineTuneRequest } from '../requests.js'
import type { Session } from '../session.js'
import { settle, usualRequest } from '../work.js'
import { fineTuneProbes, generateProbes, type Probe, type Probes } from './probes.js'

const { cases, check } = group('parameters')

function arrived(requests: readonly JournalEntry[], marker: NonNullable<Probe<unknown>['marker']>): boolean {
  if (typeof marker !== 'object') return pathsOf(requests, marker).length > 0
  const asFile = requests.some(({ files }) => files.some(({ sha256 }) => sha256 === marker.sha256))
  return asFile || pathsOf(requests, marker.base64).length > 0
}

function warningOf(warnings: readonly Warning[], provider: Provider, parameter: string): Warning | undefined {
  return warnings.find((warning) => isNamed(provider, warning.provider) && warning.parameter === parameter)
}

function assertWarned(warnings: readonly Warning[], provider: Provider, parameter: string): void {
  const warning = warningOf(warnings, provider, parameter)
  assert.ok(warning, `a warning must say that \`${parameter}\` is not supported`)
  assert.equal(warning.type, 'unsupported')
  assert.ok(warning.message.length > 0)
}

interface Sent {
  readonly warnings: readonly Warning[]
  readonly requests: readonly JournalEntry[]
}

/** The strength stands in the request and at the model, as the job runtime writes it. */
async function requestOf(session: Session, given: Partial<GenerateRequest>): Promise<GenerateRequest> {
  const request = await usualRequest(session, given)
  if (given.strength === undefined) return request
  return { ...request, models: request.models.map((applied) => ({ ...applied, strength: given.strength })) }
}

async function sendGenerate(session: Session, given: Partial<GenerateRequest>): Promise<Sent> {
  const request = await requestOf(session, given)
  let warnings: readonly Warning[] = []
  const requests = await session.requestsDuring(async () => {
    warnings = (await session.generate().generate.start(request)).warnings
  })
  return { warnings, requests }
}

async function sendFineTune(session: Session, given: Partial<FineTuneRequest>): Promise<Sent> {
  let warnings: readonly Warning[] = []
  const requests = await session.requestsDuring(async () => {
    warnings = (await session.fineTune().fineTune.start(fineTuneRequest(session, given))).warnings
  })
  return { warnings, requests }
}

interface Kind<Parameter extends string, Request> {
  readonly name: string
  readonly probes: Probes<Parameter, Request>
  readonly declared: (session: Session) => Readonly<Record<Parameter, boolean>>
  readonly send: (session: Session, given: Partial<Request>) => Promise<Sent>
  readonly start: (session: Session, given: Partial<Request>) => Promise<() => Promise<unknown>>
  /** These are looked at in the file that comes back, in the group `sizes`, or have cases of their own. */
  readonly elsewhere: readonly Parameter[]
}

const kinds = {
  fineTune: {
    name: 'fineTune',
    probes: fineTuneProbes,
    declared: (session) => session.fineTune().capabilities.parameters,
    send: sendFineTune,
    start: async (session, given) => () => session.fineTune().fineTune.start(fineTuneRequest(session, given)),
    elsewhere: ['mode', 'base'],
  } satisfies Kind<FineTuneParameter, FineTuneRequest>,
  generate: {
    name: 'generate',
    probes: generateProbes,
    declared: (session) => session.generate().capabilities.parameters,
    send: sendGenerate,
    start: async (session, given) => {
      const request = await requestOf(session, given)
      return () => session.generate().generate.start(request)
    },
    elsewhere: ['size', 'aspectRatio', 'format'],
  } satisfies Kind<GenerateParameter, GenerateRequest>,
}

function addCases<Parameter extends string, Request>(kind: Kind<Parameter, Request>, parameter: Parameter): void {
  const name = `${kind.name}.${parameter}`

  if (!kind.elsewhere.includes(parameter)) {
    check(`${name} arrives at the vendor, where declared`, async (session) => {
      if (!kind.declared(session)[parameter]) skip(`${parameter} is not declared`)
      const probe = kind.probes[parameter](session)
      const { requests, warnings } = await kind.send(session, probe.given(session))
      assert.ok(
        probe.marker !== undefined && arrived(requests, probe.marker),
        `\`${parameter}\` must arrive as it was given`,
      )
      assert.equal(warningOf(warnings, session.provider, parameter)?.type, undefined, 'and is not warned about')
    })
  }

  if (parameter === 'mode') return

  check(`${name} is warned about and not sent, where undeclared`, async (session) => {
    if (kind.declared(session)[parameter]) skip(`${parameter} is declared`)
    const probe = kind.probes[parameter](session)
    const { requests, warnings } = await kind.send(session, probe.given(session))
    assertWarned(warnings, session.provider, parameter)
    assert.ok(probe.marker === undefined || !arrived(requests, probe.marker), `\`${parameter}\` must not be sent`)
  })

  check(`${name} is refused before anything is sent, where undeclared and onUnsupported is error`, async (session) => {
    if (kind.declared(session)[parameter]) skip(`${parameter} is declared`)
    const given = { ...kind.probes[parameter](session).given(session), onUnsupported: 'error' }
    const error = await assertRefusedUnsent(
      session,
      await kind.start(session, given as Partial<Request>),
      'unsupported',
    )
    assert.ok(
      error.fields?.some(({ field }) => field === parameter),
      `the error names \`${parameter}\``,
    )
  })

  if (kind.elsewhere.includes(parameter)) return

  check(`${name} is not made up where it is not given`, async (session) => {
    if (!kind.declared(session)[parameter]) skip(`${parameter} is not declared`)
    const probe = kind.probes[parameter](session)
    if (typeof probe.marker !== 'string' && typeof probe.marker !== 'number') skip('it is a file')
    const { requests } = await kind.send(session, probe.given(session))
    const plain = await kind.send(session, {})
    // A path where the value stands alone is the parameter's own; one where it is part of a text is not.
    const own = pathsOf(requests, probe.marker).filter((path) =>
      valuesAt(requests, path).includes(String(probe.marker)),
    )
    const made = own.flatMap((path) => valuesAt(plain.requests, path).map((given) => `${path}: ${given}`))
    assert.deepEqual(made, [], 'values that nobody gave')
  })
}

for (const parameter of Object.keys(fineTuneProbes) as FineTuneParameter[]) addCases(kinds.fineTune, parameter)
for (const parameter of Object.keys(generateProbes) as GenerateParameter[]) addCases(kinds.generate, parameter)

/** Beyond what any vendor takes. */
const extremes = { steps: 100_000, guidanceScale: 990 } as const

for (const parameter of ['steps', 'guidanceScale'] as const) {
  check(`generate.${parameter} beyond all limits is sent as it is, refused, or warned about`, async (session) => {
    if (!session.generate().capabilities.parameters[parameter]) skip(`${parameter} is not declared`)
    const extreme = extremes[parameter]
    const request = await usualRequest(session, { [parameter]: extreme })
    let warnings: readonly Warning[] = []
    let refused = false
    const requests = await session.requestsDuring(async () => {
      try {
        warnings = (await session.generate().generate.start(request)).warnings
      } catch (error) {
        if (!LikenessError.is(error)) throw error
        refused = true
      }
    })
    const adjusted = warningOf(warnings, session.provider, parameter) !== undefined
    assert.ok(refused || adjusted || pathsOf(requests, extreme).length > 0, `${extreme} was replaced in silence`)
  })
}

check('validate gives the warnings that start gives', async (session) => {
  const { fineTune, generate } = session.provider
  const everything = { size: '1000x777', seed: 1, negativePrompt: 'fog', steps: 20, format: 'png' } as const
  if (generate !== undefined) {
    const request = await usualRequest(session, everything)
    assert.deepEqual((await generate.start(request)).warnings, await generate.validate(request))
  }
  if (fineTune !== undefined) {
    const request = fineTuneRequest(session, { trigger: 'zqxv', rank: 16 })
    assert.deepEqual((await fineTune.start(request)).warnings, await fineTune.validate(request))
  }
})

check('the base that is asked for is the one that is trained', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if (!capabilities.parameters.base) skip('base is not declared')
  for (const base of capabilities.bases) {
    const { handle } = await fineTune.start(fineTuneRequest(session, { base }))
    const status = await settle(session, handle)
    assert.ok(
      isFinal(status) && status.state === 'succeeded' && 'model' in status,
      `training on ${base} ends as ${status.state}`,
    )
    assert.equal(status.model.base, base)
  }
})

/** Every neutral parameter: it arrives, or it is said that it does not. */
export const parameterCases = cases
