import { setImmediate as turn } from 'node:timers/promises'
import { type CallOptions, isFinal, type JobHandle, type Provider } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import { altered, type Defect, defect } from './defect.js'

const deaf = ({ abortSignal: _, ...options }: CallOptions = {}): CallOptions => options

/** Defects by which a job outlives its caller badly, or does not outlive it. */
export const jobDefects: Readonly<Record<string, Defect>> = {
  'ignores the abort signal': defect(
    'full',
    {
      generate: ({ start, status }) => ({
        start: (request, options) => start(request, deaf(options)),
        status: (handle, options) => status(handle, deaf(options)),
      }),
    },
    [
      'abort > generation: a signal that has fired already sends nothing',
      'abort > generation: an abort while the submit is on its way says that it may be billed',
      'abort > generation: an abort ends a status read',
      'abort > generation: an abort ends the pause before a repeated request',
    ],
  ),
  'holds on to the abort signal': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) => {
          options?.abortSignal?.addEventListener('abort', () => {})
          return start(request, options)
        },
      }),
    },
    ['abort > generation: a signal that never fires is let go of'],
  ),
  'asks for the status while it starts': defect(
    'full',
    {
      generate: ({ start, status }) => ({
        start: async (request, options) => {
          const started = await start(request, options)
          await status(started.handle, options)
          return started
        },
      }),
    },
    ['generate > a start returns at once and asks for nothing'],
  ),
  'waits for the end in the adapter': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        fineTune: ({ start, status }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            while (!isFinal(await status(started.handle, options))) await environment.clock.sleep(60_000)
            return started
          },
        }),
      }),
    caughtBy: [
      'fine-tune > a start returns at once and asks for nothing',
      'fine-tune > the first status of a new job is not final',
      'abort > fine-tune: an abort ends the wait, and nothing is sent afterwards',
      'never-stuck > fine-tune: a job that never ends, ends at its deadline',
      'never-stuck > fine-tune: the caller’s deadline counts',
      'adopt > a training that has not ended is refused',
    ],
  },
  'makes handles that do not survive JSON': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: async (request, options) => {
          const started = await start(request, options)
          const data = { ...started.handle.data, accepted: new Date(0) as unknown as string }
          return { ...started, handle: { ...started.handle, data } }
        },
      }),
    },
    ['generate > a handle is JSON and holds no secret'],
  ),
  'knows only the jobs that it started itself': {
    profile: 'full',
    create(environment) {
      const known = new Set<string>()
      return altered(createReference(environment), {
        generate: ({ start, status }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            known.add(started.handle.id)
            return started
          },
          status: async (handle, options) => (known.has(handle.id) ? status(handle, options) : { state: 'running' }),
        }),
      })
    },
    caughtBy: [
      'errors > generation.status: no answer in time',
      'errors > a job that does not exist is not-found or expired',
      'resume > generation: another process finishes the job with the handle from JSON',
      'resume > generation: a status says the same in every process',
    ],
  },
  'writes the key into the handle': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        generate: ({ start }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            const data = { ...started.handle.data, key: String(environment.apiKey) }
            return { ...started, handle: { ...started.handle, data } }
          },
        }),
      }),
    caughtBy: ['generate > a handle is JSON and holds no secret'],
  },
  'never gives up on a deleted job': defect(
    'full',
    {
      generate: ({ status }) => ({
        status: async (handle, options) => {
          const read = await status(handle, options)
          return read.state === 'expired' ? { state: 'running' } : read
        },
      }),
    },
    [
      'errors > a job that does not exist is not-found or expired',
      'resume > generation: a job that the vendor has deleted is expired',
    ],
  ),
  'calls every canceled job canceled': defect(
    'full',
    { generate: () => ({ cancel: async () => 'canceled' as const }) },
    [
      'generate > cancel stops a generation, or is unsupported',
      'generate > cancel of a finished generation says that it was finished',
    ],
  ),
  'expects to be done after it has given up': defect(
    'full',
    { generate: ({ pace }) => ({ pace: (handle: JobHandle) => ({ ...pace(handle), expectedMs: 700_000 }) }) },
    ['shape > paces both kinds of jobs sensibly'],
  ),
  'asks the vendor twice as often as it says': defect(
    'full',
    {
      generate: ({ pace, status }) => ({
        pace,
        status: async (handle, options) => {
          await status(handle, options)
          return status(handle, options)
        },
      }),
    },
    ['never-stuck > generation: the vendor is not polled faster than declared'],
  ),
  'sends when it is made': {
    profile: 'full',
    create(environment) {
      const provider: Provider = createReference(environment)
      provider.account?.check().catch(() => {})
      return provider
    },
    caughtBy: [
      'shape > does nothing when it is made',
      'downloads > private addresses are refused and not visited',
      'downloads > a data: URL is read without a request',
    ],
  },
  'forgets its id': {
    profile: 'full',
    create: ({ id: _, ...environment }) => createReference(environment),
    caughtBy: ['shape > takes its id from the settings, also for its handles'],
  },
  'sleeps in the adapter': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        generate: ({ start }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            await environment.clock.sleep(50)
            return started
          },
        }),
      }),
    caughtBy: ['generate > a start returns at once and asks for nothing'],
  },
  'mixes up jobs that start at the same time': {
    profile: 'full',
    create(environment) {
      let last: JobHandle | undefined
      return altered(createReference(environment), {
        generate: ({ start }) => ({
          start: async (request, options) => {
            const started = await start(request, options)
            last = started.handle
            await turn()
            return { ...started, handle: last }
          },
        }),
      })
    },
    caughtBy: ['isolation > many jobs at once do not mix'],
  },
  'takes back that a job is done': {
    profile: 'full',
    create(environment) {
      const done = new Set<string>()
      return altered(createReference(environment), {
        fineTune: ({ status }) => ({
          status: async (handle, options) => {
            const read = await status(handle, options)
            if (read.state !== 'succeeded' || !done.has(handle.id)) {
              done.add(read.state === 'succeeded' ? handle.id : '')
              return read
            }
            return { state: 'running' }
          },
        }),
      })
    },
    caughtBy: [
      'fine-tune > the states come in order, and the last one stays',
      'resume > fine-tune: a status says the same in every process',
    ],
  },
  'only says that it removed a model': defect('full', { fineTune: () => ({ remove: async () => {} }) }, [
    'fine-tune > remove deletes the model, or is unsupported',
    'identity > a removed model is never replaced by the base model',
  ]),
  'lists the first page only': defect(
    'full',
    { generate: ({ list }) => ({ list: async (options) => ({ items: (await list(options)).items }) }) },
    ['generate > list pages through all generations, or is unsupported'],
  ),
  'leaves a timer behind': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) => {
          setTimeout(() => {}, 1_000)
          return start(request, options)
        },
      }),
    },
    ['abort > no timer is left when a call is done'],
  ),
}
