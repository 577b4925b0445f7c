import type { Provider, RequestPreview } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import { altered, type Defect, defect } from './defect.js'

type Generate = NonNullable<Provider['generate']>

/** The full vendor, whose previews of generations say something else. */
const showing = (change: (preview: RequestPreview) => RequestPreview) => ({
  generate: ({ preview }: Generate) => ({
    preview: async (request: Parameters<Generate['preview']>[0]) => change(await preview(request)),
  }),
})

const isFields = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null

/** Defects by which a preview shows something else than what will be sent, or is none. */
export const previewDefects: Readonly<Record<string, Defect>> = {
  'asks for the key to show a request': {
    profile: 'full',
    create: (environment) =>
      altered(createReference(environment), {
        generate: ({ preview }) => ({
          preview: async (request) => {
            if (typeof environment.apiKey === 'function') await environment.apiKey()
            return preview(request)
          },
        }),
      }),
    caughtBy: ['preview > generation: it sends nothing and needs no key'],
  },
  'uploads the photos to show a training': {
    profile: 'full',
    create: (environment) => {
      const { fetch = globalThis.fetch } = environment
      return altered(createReference(environment), {
        fineTune: ({ preview }) => ({
          preview: async (request) => {
            await fetch('https://reference.example.test/uploads', { method: 'POST', body: 'photo' })
            return preview(request)
          },
        }),
      })
    },
    caughtBy: [
      'preview > fine-tune: it sends nothing and needs no key',
      'preview > fine-tune: it refuses what a start refuses',
    ],
  },
  'shows the key': {
    profile: 'full',
    create: (environment) =>
      altered(
        createReference(environment),
        showing((preview) => ({
          ...preview,
          headers: { ...preview.headers, authorization: `Bearer ${String(environment.apiKey)}` },
        })),
      ),
    caughtBy: ['preview > generation: it masks the key', 'preview > generation: it is the request that arrives'],
  },
  'leaves the header of the key out': defect(
    'full',
    showing(({ headers: { authorization: _, ...headers }, ...preview }) => ({ ...preview, headers })),
    ['preview > generation: it masks the key'],
  ),
  'shows another body than it sends': defect(
    'full',
    showing((preview) => {
      if (!isFields(preview.body)) return preview
      const { seed: _, ...body } = preview.body
      return { ...preview, body: body as RequestPreview['body'] }
    }),
    ['preview > generation: it is the request that arrives'],
  ),
  'shows another address than it sends to': defect(
    'full',
    showing((preview) => ({ ...preview, url: `${preview.url}/fast` })),
    ['preview > generation: it is the request that arrives'],
  ),
  'shows no files': defect(
    'full',
    showing((preview) => ({ ...preview, files: [] })),
    ['preview > generation: it lists the files that go along'],
  ),
  'shows what it would refuse': defect(
    'spartan',
    {
      fineTune: ({ preview }) => ({
        preview: (request) => {
          const [image] = request.images
          const missing = Math.max(0, 4 - request.images.length)
          const more = Array.from({ length: missing }, () => image).flatMap((one) => one ?? [])
          return preview({ ...request, images: [...request.images, ...more] })
        },
      }),
    },
    ['preview > fine-tune: it refuses what a start refuses'],
  ),
}
