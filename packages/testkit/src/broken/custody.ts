import type { Erasure, FineTune } from '@likeness/core'
import { createReference } from '../reference/reference-provider.js'
import { type Defect, defect } from './defect.js'

/** The full vendor with other training capabilities than it has. */
const claiming =
  (profile: Defect['profile'], adopts: ('id' | 'url')[]): Defect['create'] =>
  (environment) => {
    const provider = createReference({ ...environment, profile })
    const { capabilities } = provider
    const { fineTune } = capabilities
    return { ...provider, capabilities: { ...capabilities, ...(fineTune && { fineTune: { ...fineTune, adopts } }) } }
  }

const asDeleted = ({ item, id }: Erasure): Erasure => ({ item, outcome: 'deleted', count: 1, id })

/** A model made up from a reference alone. */
const unread: FineTune['adopt'] = async ({ id = 'none', subject, trigger = 'ohwx', base = 'flux-1-dev' }) => ({
  provider: 'reference',
  id,
  base,
  subject,
  trigger,
  createdAt: '2026-11-20T00:00:00.000Z',
})

/** Defects by which models are taken over wrongly, lost, or kept although they are told to be deleted. */
export const custodyDefects: Readonly<Record<string, Defect>> = {
  'adopts whatever id it is given': defect(
    'full',
    {
      fineTune: ({ adopt }) => ({
        adopt: (reference, options) =>
          reference.id !== undefined && reference.url === undefined ? unread(reference) : adopt(reference, options),
      }),
    },
    ['adopt > an id that the vendor does not know is refused', 'adopt > a training that has not ended is refused'],
  ),
  'adopts another training than the one that was named': defect(
    'full',
    {
      fineTune: ({ adopt, list }) => ({
        adopt: async (reference, options) => {
          const model = await adopt(reference, options)
          const { items } = await list(options)
          const other = items.find(({ id, state }) => id !== model.id && state === 'succeeded')
          return other === undefined || reference.url !== undefined ? model : { ...model, id: other.id }
        },
      }),
    },
    ['adopt > a training is taken over by its id, and its subject drawn'],
  ),
  'forgets that a model came by its address': defect(
    'full',
    {
      fineTune: ({ adopt }) => ({
        adopt: async (reference, options) => {
          const { data: _, ...model } = await adopt(reference, options)
          return model
        },
      }),
    },
    ['adopt > weights are taken over by their address, and their subject drawn'],
  ),
  'adopts from any address': defect(
    'full',
    {
      fineTune: ({ adopt }) => ({
        adopt: (reference, options) => {
          const { url } = reference
          if (url === undefined || url.startsWith('https:')) return adopt(reference, options)
          return adopt({ ...reference, url: `https://weights.example.test/${encodeURIComponent(url)}` }, options)
        },
      }),
    },
    ['adopt > an address that is not https is refused before anything is sent'],
  ),
  'adopts under another subject': defect(
    'full',
    {
      fineTune: ({ adopt }) => ({
        adopt: async (reference, options) => {
          const model = await adopt(reference, options)
          return { ...model, subject: { className: 'thing' } }
        },
      }),
    },
    [
      'adopt > a training is taken over by its id, and its subject drawn',
      'adopt > weights are taken over by their address, and their subject drawn',
    ],
  ),
  'claims to adopt': {
    profile: 'spartan',
    create: claiming('spartan', ['id']),
    caughtBy: [
      'adopt > a training is taken over by its id, and its subject drawn',
      'adopt > an id that the vendor does not know is refused',
    ],
  },
  'hides that it can adopt': {
    profile: 'full',
    create: claiming('full', ['id']),
    caughtBy: ['adopt > what is not declared is unsupported'],
  },
  'saves weights that are cut short': defect(
    'full',
    {
      fineTune: ({ downloadWeights }) => ({
        downloadWeights: async (model, options) => {
          const { stream, ...file } = await downloadWeights(model, options)
          return {
            ...file,
            stream: (async function* () {
              for await (const chunk of stream) yield chunk.subarray(0, -1)
            })(),
          }
        },
      }),
    },
    ['custody > weights come as the vendor serves them, where declared'],
  ),
  'gives an empty file for weights that cannot leave': defect(
    'spartan',
    {
      fineTune: () => ({
        downloadWeights: async () => ({ stream: (async function* () {})() }),
      }),
    },
    ['custody > weights that cannot leave are unsupported'],
  ),
  'says that it has deleted, and deletes nothing': defect(
    'full',
    {
      fineTune: () => ({
        erase: async ({ id }) =>
          (['model', 'weights', 'dataset', 'generations'] as const).map((item) => ({ item, outcome: 'deleted', id })),
      }),
    },
    [
      'custody > what is told to be deleted is gone, the rest is told',
      'custody > erasing again does not fail, and deletes nothing',
      'custody > what the vendor refuses to delete is told as failed',
    ],
  ),
  'deletes the model alone, and says it deleted all': defect(
    'full',
    {
      fineTune: ({ remove, erase }) => ({
        erase: async (model, options) => {
          const gone = await remove(model, options).then(
            () => true,
            () => false,
          )
          if (!gone) return erase(model, options)
          const items = ['model', 'weights', 'dataset', 'generations'] as const
          return items.map((item) => ({ item, outcome: 'deleted', id: model.id }))
        },
      }),
    },
    ['custody > what is told to be deleted is gone, the rest is told'],
  ),
  'tells a failed deletion as done': defect(
    'full',
    {
      fineTune: ({ erase }) => ({
        erase: async (model, options) => {
          const lines = await erase(model, options)
          return lines.some(({ outcome }) => outcome === 'failed') ? lines.map(asDeleted) : lines
        },
      }),
    },
    ['custody > what the vendor refuses to delete is told as failed'],
  ),
  'throws where a deletion fails': defect(
    'full',
    {
      fineTune: ({ remove, erase }) => ({
        erase: async (model, options) => {
          const lines = await erase(model, options)
          if (lines.some(({ outcome }) => outcome === 'failed')) await remove(model, options)
          return lines
        },
      }),
    },
    ['custody > what the vendor refuses to delete is told as failed'],
  ),
  'throws where there is nothing left to delete': defect(
    'full',
    {
      fineTune: ({ remove, erase }) => ({
        erase: async (model, options) => {
          const lines = await erase(model, options)
          if (lines.some(({ item, outcome }) => item === 'model' && outcome === 'absent')) await remove(model, options)
          return lines
        },
      }),
    },
    ['custody > erasing again does not fail, and deletes nothing'],
  ),
  'does not tell of the training images': defect(
    'spartan',
    {
      fineTune: ({ erase }) => ({
        erase: async (model, options) => (await erase(model, options)).filter(({ item }) => item !== 'dataset'),
      }),
    },
    [
      'custody > what is told to be deleted is gone, the rest is told',
      'custody > erasing again does not fail, and deletes nothing',
      'custody > what the vendor refuses to delete is told as failed',
    ],
  ),
  'leaves out why nothing can be deleted': defect(
    'spartan',
    {
      fineTune: ({ erase }) => ({
        erase: async (model, options) => (await erase(model, options)).map(({ detail: _, ...line }) => line),
      }),
    },
    [
      'custody > what is told to be deleted is gone, the rest is told',
      'custody > erasing again does not fail, and deletes nothing',
      'custody > what the vendor refuses to delete is told as failed',
    ],
  ),
}
