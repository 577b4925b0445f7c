import type { GenerateRequest, Provider, Warning } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import { altered, type Defect, defect, rewriting, wireDefect } from './defect.js'

const without = (warnings: readonly Warning[], parameter: string) =>
  warnings.filter((warning) => warning.parameter !== parameter)

const changed = (change: (request: GenerateRequest) => GenerateRequest) => ({
  generate: ({ start, validate }: NonNullable<Provider['generate']>) => ({
    start: (request: GenerateRequest, options?: Parameters<typeof start>[1]) => start(change(request), options),
    validate: (request: GenerateRequest) => validate(change(request)),
  }),
})

const claims =
  (profile: 'full' | 'spartan', cancel: boolean): Defect['create'] =>
  (environment) => {
    const provider = createReference({ ...environment, profile })
    const { capabilities } = provider
    return {
      ...provider,
      capabilities: {
        ...capabilities,
        ...(capabilities.generate && { generate: { ...capabilities.generate, cancel } }),
      },
    }
  }

/** Defects by which something is lost, or made up, and nobody is told. */
export const silenceDefects: Readonly<Record<string, Defect>> = {
  'drops a warning': defect(
    'spartan',
    {
      generate: ({ start, validate }) => ({
        start: async (request, options) => {
          const started = await start(request, options)
          return { ...started, warnings: without(started.warnings, 'negativePrompt') }
        },
        validate: async (request) => without(await validate(request), 'negativePrompt'),
      }),
    },
    ['parameters > generate.negativePrompt is warned about and not sent, where undeclared'],
  ),
  'goes on where it was told to refuse': defect(
    'spartan',
    changed(({ negativePrompt, ...request }) =>
      request.onUnsupported === 'error' || negativePrompt === undefined ? request : { ...request, negativePrompt },
    ),
    [
      'parameters > generate.negativePrompt is refused before anything is sent, where undeclared and onUnsupported is error',
    ],
  ),
  'warns at the start of what validate does not mention': defect(
    'spartan',
    { generate: () => ({ validate: async () => [] }) },
    [
      'parameters > validate gives the warnings that start gives',
      'sizes > the shape that is used instead is the nearest',
    ],
  ),
  'invents a default': defect(
    'full',
    changed((request) => ({ ...request, steps: request.steps ?? 28 })),
    [
      'parameters > generate.steps is not made up where it is not given',
      'preview > generation: it is the request that arrives',
    ],
  ),
  'clamps in silence': defect(
    'full',
    changed((request) =>
      request.guidanceScale === undefined
        ? request
        : { ...request, guidanceScale: Math.min(request.guidanceScale, 20) },
    ),
    ['parameters > generate.guidanceScale beyond all limits is sent as it is, refused, or warned about'],
  ),
  'forgets the seed': defect(
    'full',
    changed(({ seed: _, ...request }) => request),
    [
      'generate > the same seed draws the same picture, another seed another',
      'parameters > generate.seed arrives at the vendor, where declared',
      'preview > generation: it is the request that arrives',
    ],
  ),
  'makes another size in silence': defect(
    'full',
    changed(({ size: _, ...request }) => request),
    [
      'sizes > a size the vendor makes comes out as asked',
      'sizes > a size the vendor does not make comes with a warning that says which one was used',
    ],
  ),
  'claims to cancel': {
    profile: 'spartan',
    create: claims('spartan', true),
    caughtBy: [
      'generate > cancel stops a generation, or is unsupported',
      'generate > cancel of a finished generation says that it was finished',
    ],
  },
  'hides that it can cancel': {
    profile: 'full',
    create: claims('full', false),
    caughtBy: ['generate > cancel stops a generation, or is unsupported'],
  },
  'loses one of several pictures': defect(
    'full',
    {
      generate: ({ status }) => ({
        status: async (handle, options) => {
          const read = await status(handle, options)
          if (read.state !== 'succeeded' || read.images.length < 2) return read
          return { ...read, images: read.images.slice(1) }
        },
      }),
    },
    ['generate > as many pictures come as were asked for'],
  ),
  'does not say which pictures are missing': defect(
    'full',
    {
      generate: ({ status }) => ({
        status: async (handle, options) => {
          const read = await status(handle, options)
          return read.state === 'succeeded' ? { ...read, failures: [] } : read
        },
      }),
    },
    ['generate > pictures that are missing are reported as failures'],
  ),
  'takes an unknown state for success': wireDefect(
    'full',
    (fetch) => rewriting(fetch, (text) => text.replace('"state":"realigning"', '"state":"ready"')),
    [
      'fine-tune > a state of an unknown name means that the work goes on',
      'generate > a state of an unknown name means that the work goes on',
    ],
  ),
  'cannot do without a field that may be null': wireDefect(
    'full',
    (fetch) => rewriting(fetch, (text) => (text.includes('"width":null') ? '{}' : text)),
    ['wire > every recorded answer is read as it was meant'],
  ),
  'swallows a failure that hides behind a finished job': wireDefect(
    'full',
    (fetch) =>
      rewriting(fetch, (text) =>
        text.replace(
          /"state":"broken"(.*)"error":\{[^}]*\}/,
          '"state":"ready"$1"pictures":[{"url":"https://reference.example.test/none"}]',
        ),
      ),
    [
      'fine-tune > a training that fails ends, as failed or at its deadline',
      'generate > a generation that fails ends as failed, however the vendor says so',
      'generate > a generation that is blocked says content-blocked',
      'identity > a training that failed yields no model',
    ],
  ),
  'looks over unknown options': defect(
    'full',
    changed(({ providerOptions: _, ...request }) => request),
    [
      'generate > an unknown option of this provider is refused before anything is sent, and another’s is not looked at',
    ],
  ),
  'sends tags to the vendor': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        fineTune: ({ start }) => ({
          start: (request, options = {}) =>
            start(request, {
              ...options,
              headers: { ...options.headers, 'x-tags': JSON.stringify(request.tags ?? {}) },
            }),
        }),
      }),
    caughtBy: ['fine-tune > tags stay with the app'],
  },
  'leaves {subject} in the prompt': wireDefect(
    'full',
    (fetch) => (input, init) => {
      const body = typeof init?.body === 'string' ? init.body.replaceAll('ohwx dog', '{subject}') : init?.body
      return fetch(input, { ...init, ...(body === undefined ? {} : { body }) })
    },
    [
      'generate > {subject} is replaced, the rest of the prompt arrives as it was',
      'preview > generation: it is the request that arrives',
    ],
  ),
  'trains another base than was asked for': defect(
    'full',
    { fineTune: ({ start }) => ({ start: ({ base: _, ...request }, options) => start(request, options) }) },
    [
      'fine-tune > an unknown base is refused before anything is sent',
      'parameters > the base that is asked for is the one that is trained',
    ],
  ),
  'leaves out photos that cannot be read': defect(
    'full',
    {
      fineTune: ({ start }) => ({
        start: (request, options) => {
          const images = request.images.map((image) => ({
            ...image,
            async *stream() {
              try {
                yield* image.stream()
              } catch {
                yield new Uint8Array(0)
              }
            },
          }))
          return start({ ...request, images }, options)
        },
      }),
    },
    ['fine-tune > photos that cannot be read fail the start, and no job is made'],
  ),
}
