import assert from 'node:assert/strict'
import { group, skip } from '../case.js'
import { fineTuneRequest, generateRequest } from '../requests.js'
import type { Session } from '../session.js'
import { draw, modelOf, settle, train } from '../work.js'

const { cases, check } = group('isolation')

function assertOwnRequestsOnly(session: Session, name: string): void {
  const strangers = session.control.journal.filter(
    ({ operation, authenticated }) => operation.endsWith('.submit') && !authenticated,
  )
  assert.deepEqual(
    strangers.map(({ operation }) => operation),
    [],
    `requests at the ${name} vendor with another key`,
  )
}

check('two instances with two keys work side by side', async (first) => {
  const second = await first.another()
  assert.notEqual(first.apiKey, second.apiKey, 'the backend must accept the key that it is asked to accept')
  const work = async (session: Session) => {
    const { fineTune, generate } = session.provider
    if (fineTune !== undefined) {
      const { handle } = await fineTune.start(fineTuneRequest(session))
      modelOf(await settle(session, handle))
    }
    if (generate !== undefined) await draw(session, generateRequest())
  }
  await Promise.all([work(first), work(second)])
  assertOwnRequestsOnly(first, 'first')
  assertOwnRequestsOnly(second, 'second')
  assert.equal(first.control.jobs.length, second.control.jobs.length, 'each vendor has its own jobs')
})

check('headers of one call or instance do not reach another', async (session) => {
  const { provider } = session
  const other = session.create({ headers: { 'x-conformance-settings': 'one' } })
  const start = async (from: typeof provider, headers: Record<string, string>) => {
    if (from.generate !== undefined) await from.generate.start(generateRequest(), { headers })
    else await from.fineTune?.start(fineTuneRequest(session), { headers })
  }
  await start(other, { 'x-conformance-call': 'two' })
  const requests = await session.requestsDuring(() => start(provider, {}))
  for (const { headers } of requests)
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith('x-conformance')),
      [],
    )
})

check('the key travels in a header and nowhere else', async (session) => {
  const { fetch, apiKey } = session
  if (fetch === undefined) skip('requests over sockets cannot be watched')
  const forms = [apiKey, encodeURIComponent(apiKey), Buffer.from(apiKey).toString('base64')]
  const seen: string[] = []
  const provider = session.create({
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input)
      const body = typeof init?.body === 'string' ? init.body : ''
      if (forms.some((form) => url.includes(form) || body.includes(form))) seen.push(`${init?.method ?? 'GET'} ${url}`)
      return fetch(input, init)
    },
  })
  const model = provider.fineTune && (await train(session, {}, provider)).model
  if (provider.generate !== undefined) await draw(session, generateRequest(model), provider)
  await provider.account?.check()
  assert.deepEqual(seen, [], 'requests whose address or body holds the key')
})

check('many jobs at once do not mix', async (session) => {
  const { generate } = session.generate()
  const prompts = ['a red boat', 'a green tree', 'a blue door', 'a white owl']
  const started = await Promise.all(prompts.map((prompt) => generate.start(generateRequest(undefined, { prompt }))))
  const ids = started.map(({ handle }) => handle.id)
  assert.equal(new Set(ids).size, prompts.length)
  assert.equal(session.control.jobs.length, prompts.length)
  const states = await Promise.all(
    started.map(async ({ handle, status }) => (status ?? (await settle(session, handle))).state),
  )
  assert.deepEqual(
    states,
    prompts.map(() => 'succeeded'),
  )
})

/** Nothing is shared between instances. */
export const isolationCases = cases
