import type { GenerateRequest } from '@likeness/core'
import { type Defect, defect, wireDefect } from './defect.js'

const bare = (request: GenerateRequest): GenerateRequest => ({
  ...request,
  models: [],
  prompt: request.prompt.replaceAll('{subject}', 'dog'),
})

/** Defects by which a picture shows somebody else. */
export const identityDefects: Readonly<Record<string, Defect>> = {
  'uses the base model where the subject is gone': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) =>
          start(request, options).catch((error: unknown) => {
            if (request.models.length === 0 || !String(error).includes('is not there')) throw error
            return start(bare(request), options)
          }),
      }),
    },
    [
      'identity > an expired model is never replaced by the base model',
      'identity > a removed model is never replaced by the base model',
      'identity > a model that never existed is never replaced by the base model',
      'custody > what is told to be deleted is gone, the rest is told',
    ],
  ),
  'leaves models of other providers out': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) => {
          const foreign = request.models.some(({ model }) => model.provider !== 'reference')
          return start(foreign ? bare(request) : request, options)
        },
      }),
    },
    [
      'identity > a model of another provider is refused before anything is sent',
      'identity > weights of another base or format are refused before anything is sent',
      'identity > weights from elsewhere are loaded, where declared',
    ],
  ),
  'applies the first model only': defect(
    'full',
    {
      generate: ({ start }) => ({
        start: (request, options) => start({ ...request, models: request.models.slice(0, 1) }, options),
      }),
    },
    ['identity > two models in one picture are both applied, or refused before anything is sent'],
  ),
  'draws every subject with the model that was used first': (() => {
    let first: GenerateRequest['models'] | undefined
    const made = defect(
      'full',
      {
        generate: ({ start }) => ({
          start: (request, options) => {
            if (request.models.length === 0) return start(request, options)
            first ??= request.models
            const models = request.models.map((applied, index) => ({
              ...applied,
              ...(first?.[index] && { model: first[index].model }),
            }))
            return start({ ...request, models }, options)
          },
        }),
      },
      ['identity > of several models each picture gets its own'],
    )
    return {
      ...made,
      create(environment) {
        first = undefined
        return made.create(environment)
      },
    } satisfies Defect
  })(),
  'calls a failed training a success': wireDefect(
    'full',
    (fetch) => async (input, init) => {
      const response = await fetch(input, init)
      if (!/\/fine-tunes\/\w+$/.test(String(input)) || response.status !== 200) return response
      return new Response((await response.text()).replace('"state":"broken"', '"state":"ready"'), response)
    },
    [
      'fine-tune > a training that fails ends, as failed or at its deadline',
      'identity > a training that failed yields no model',
    ],
  ),
  'alters the photos': defect(
    'full',
    {
      fineTune: ({ start }) => ({
        start: (request, options) =>
          start(
            {
              ...request,
              images: request.images.map((image) => ({
                ...image,
                async *stream() {
                  yield* image.stream()
                  yield Buffer.from('optimised')
                },
              })),
            },
            options,
          ),
      }),
    },
    [
      'fine-tune > photos arrive byte for byte',
      'fine-tune > a stream of many chunks arrives whole',
      'fine-tune > photos of the same content and others of the same name are kept apart',
    ],
  ),
  'mistakes photos of the same content for one': defect(
    'full',
    {
      fineTune: ({ start }) => ({
        start: (request, options) => {
          const images = [...new Map(request.images.map((image) => [image.sha256, image])).values()]
          return start({ ...request, images }, options)
        },
      }),
    },
    ['fine-tune > photos of the same content and others of the same name are kept apart'],
  ),
}
