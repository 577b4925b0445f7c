import { LikenessError } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import type { Environment } from '../vendor.js'
import { altered, type Defect, defect, wireDefect } from './defect.js'

type Fail = (error: LikenessError, environment: Environment) => LikenessError

/** Changes the errors of a generation's start. */
const failing =
  (change: Fail): Defect['create'] =>
  (environment) =>
    altered(createReference(environment), {
      generate: ({ start }) => ({
        start: (request, options) =>
          start(request, options).catch((error: unknown) => {
            throw LikenessError.is(error) ? change(error, environment) : error
          }),
      }),
    })

let sharedKey: Environment['apiKey'] = ''
let sharedHeaders: Readonly<Record<string, string>> = {}

/** Defects that give secrets away, believe anybody, or say the wrong thing. */
export const trustDefects: Readonly<Record<string, Defect>> = {
  'writes the key into an error': {
    profile: 'full',
    create: failing((error, { apiKey }) => error.with({ message: `${error.message} The key was ${apiKey}.` })),
    caughtBy: [
      'errors > generation.submit: the key is nowhere in an error, also where the vendor repeats it',
      'errors > a wrong key is authentication, and is nowhere in the error',
    ],
  },
  'keeps the request with its key as the cause': {
    profile: 'full',
    create: failing((error, { apiKey }) =>
      error.kind === 'aborted' ? error : error.with({ cause: { headers: { authorization: `Bearer ${apiKey}` } } }),
    ),
    caughtBy: [
      'errors > generation.submit: the key is nowhere in an error, also where the vendor repeats it',
      'errors > a wrong key is authentication, and is nowhere in the error',
    ],
  },
  'says permission where money is missing': {
    profile: 'full',
    create: failing((error) => (error.kind === 'insufficient-credits' ? error.with({ kind: 'permission' }) : error)),
    caughtBy: [
      'errors > generation.submit: insufficient-credits',
      'errors > generation.submit: an empty balance is insufficient-credits',
      'wire > every recorded answer is read as it was meant',
    ],
  },
  'forgets how long to wait': {
    profile: 'full',
    create: failing((error) => error.with({ retryAfterMs: undefined })),
    caughtBy: [
      'errors > generation.submit: rate-limited for good, Retry-After is seconds',
      'errors > generation.submit: rate-limited for good, Retry-After is a date',
    ],
  },
  'wants to be sent again what never can succeed': {
    profile: 'full',
    create: failing((error) => (error.kind === 'authentication' ? error.with({ retry: 'later' }) : error)),
    caughtBy: [
      'errors > generation.submit: unauthorized',
      'errors > a wrong key is authentication, and is nowhere in the error',
    ],
  },
  'throws errors of its own kind': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        generate: ({ start }) => ({
          start: (request, options) =>
            start(request, options).catch((error: unknown) => {
              throw LikenessError.is(error) && error.kind === 'conflict' ? new Error('HTTP 409') : error
            }),
        }),
      }),
    caughtBy: ['errors > generation.submit: conflict'],
  },
  'shares one key between instances': {
    profile: 'full',
    create(environment) {
      sharedKey = environment.apiKey
      return createReference({
        ...environment,
        apiKey: () => (typeof sharedKey === 'string' ? sharedKey : sharedKey()),
      })
    },
    caughtBy: ['isolation > two instances with two keys work side by side'],
  },
  'shares headers between instances': {
    profile: 'full',
    create(environment) {
      sharedHeaders = { ...sharedHeaders, ...environment.headers }
      const { fetch = globalThis.fetch } = environment
      return createReference({
        ...environment,
        fetch: (input, init) =>
          fetch(input, { ...init, headers: { ...sharedHeaders, ...(init?.headers as Record<string, string>) } }),
      })
    },
    caughtBy: ['isolation > headers of one call or instance do not reach another'],
  },
  'reads the key when it is made': {
    profile: 'full',
    create(environment) {
      const { apiKey } = environment
      const key = typeof apiKey === 'string' ? apiKey : apiKey()
      return createReference({ ...environment, apiKey: () => key })
    },
    caughtBy: ['shape > does nothing when it is made', 'shape > reads the key at each call'],
  },
  'believes every callback': defect(
    'full',
    {
      provider: ({ id }) => ({
        webhooks: {
          async verify({ body }) {
            const { job } = JSON.parse(Buffer.from(body).toString()) as { job: string }
            return { provider: id, jobId: job, proof: 'signature' }
          },
        },
      }),
    },
    [
      'webhooks > a forged callback is refused',
      'webhooks > an unsigned callback is refused',
      'webhooks > a callback whose proof was touched is refused',
      'webhooks > a stale callback is refused, where the vendor signs the time',
      'webhooks > a callback that cannot be read is refused',
    ],
  ),
  'believes callbacks of any age': {
    profile: 'full',
    create: (environment) => {
      const stopped = { ...environment.clock, now: () => Date.UTC(2026, 0, 1) }
      const { webhooks } = createReference({ ...environment, clock: stopped })
      return { ...createReference(environment), ...(webhooks && { webhooks }) }
    },
    caughtBy: ['webhooks > a stale callback is refused, where the vendor signs the time'],
  },
  'believes tokens of any secret': {
    profile: 'spartan',
    create: (environment) =>
      createReference({ ...environment, profile: 'spartan', webhookSecret: 'everybody-knows-this-secret' }),
    caughtBy: ['webhooks > a callback whose proof was touched is refused'],
  },
  'refuses a callback that comes twice': {
    profile: 'full',
    create(environment) {
      const seen = new Set<string>()
      return altered(createReference(environment), {
        provider: ({ webhooks, id }) => ({
          ...(webhooks && {
            webhooks: {
              async verify(request) {
                const event = await webhooks.verify(request)
                if (seen.has(event.jobId)) throw new LikenessError({ kind: 'conflict', message: 'seen', provider: id })
                seen.add(event.jobId)
                return event
              },
            },
          }),
        }),
      })
    },
    caughtBy: ['webhooks > a doubled callback is accepted twice'],
  },
  'loses the query of the callback’s address': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: ({ webhookUrl, ...request }, options) =>
          start({ ...request, ...(webhookUrl && { webhookUrl: webhookUrl.replace(/\?.*/, '') }) }, options),
      }),
    },
    ['webhooks > the callback goes to the address that was given'],
  ),
  'downloads from anywhere': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        generate: ({ download }) => ({
          async download(image, options) {
            const { fetch = globalThis.fetch } = environment
            if (!image.url.startsWith('http://')) return download(image, options)
            const response = await fetch(image.url)
            if (response.body === null) throw new LikenessError({ kind: 'invalid-response', message: 'empty' })
            return { stream: response.body }
          },
        }),
      }),
    caughtBy: ['downloads > private addresses are refused and not visited'],
  },
  'sends the key along with a download': wireDefect(
    'full',
    (fetch, { apiKey }) =>
      async (input, init) => {
        if (!String(input).includes('/pictures/')) return fetch(input, init)
        const key = typeof apiKey === 'string' ? apiKey : await apiKey()
        return fetch(input, { ...init, headers: { authorization: `Bearer ${key}` } })
      },
    ['downloads > the key does not go along'],
  ),
  'sends the key in the address': wireDefect(
    'full',
    (fetch, { apiKey }) =>
      async (input, init) => {
        const key = typeof apiKey === 'string' ? apiKey : await apiKey()
        return fetch(String(input).endsWith('/account') ? `${input}?key=${key}` : input, init)
      },
    ['isolation > the key travels in a header and nowhere else'],
  ),
  'does not follow redirects': wireDefect(
    'full',
    (fetch) => async (input, init) => {
      const response = await fetch(input, init)
      response.headers.delete('location')
      return response
    },
    ['downloads > a redirect at the vendor is followed'],
  ),
  'gives up on a download at once': wireDefect(
    'full',
    (fetch) => async (input, init) => {
      const response = await fetch(input, init)
      return response.status === 503 && String(input).includes('/pictures/')
        ? new Response(null, { status: 404 })
        : response
    },
    ['downloads > a download that fails for a moment is repeated'],
  ),
  'takes every callback for the newest job’s': {
    profile: 'full',
    create(environment) {
      let newest = ''
      const provider = createReference(environment)
      const { webhooks } = provider
      return altered(provider, {
        generate: ({ start }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            newest = started.handle.id
            return started
          },
        }),
        provider: () => ({
          ...(webhooks && {
            webhooks: { verify: async (request) => ({ ...(await webhooks.verify(request)), jobId: newest }) },
          }),
        }),
      })
    },
    caughtBy: ['webhooks > callbacks that overtake each other name their own jobs'],
  },
}
