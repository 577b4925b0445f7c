import { fewestPhotos } from '../../identity/likeness.js'
import { cosine, unit } from '../../identity/vectors.js'
import { type Measure, measured, notMeasured } from '../../measure.js'
import { readPicture } from '../../pixels/picture.js'
import type { Pixels } from '../../pixels/plane.js'
import { fingerprintOf } from '../fingerprint.js'
import { encodeEmbedding } from '../likeness.js'
import { referencePhotos } from '../reference-photos.js'
import type { Scorer } from '../scorer.js'
import { checkModelFiles } from './model-files.js'
import { vectorReference } from './reference.js'
import { dtypeSuffixes, type LocalModelSettings } from './settings.js'
import {
  installTransformers,
  type LoadTransformers,
  loadLocally,
  loadTransformers,
  outputOf,
  rawImage,
  type Transformers,
} from './transformers.js'

/** Raised where the same files would give other numbers. */
const recipe = 1

const measure: Measure<'likeness-dinov2'> = {
  name: 'likeness-dinov2',
  title: 'Likeness (DINOv2)',
  unit: 'cosine',
  bounds: { least: -1, most: 1 },
  direction: 'higher',
  meaning: 'How near the picture is to the mean of the photos in the space of DINOv2. Of styles and characters too.',
  notMeaning:
    'Not a share of the way to the subject: another one of the same class can come near. Scene and framing count; faces ' +
    'are told apart badly.',
}

interface Eye {
  see(pixels: Pixels): Promise<Float32Array>
  close(): Promise<void>
}

/** The first of the tokens stands for the whole picture; the others are of its patches. */
function firstToken(outputs: Readonly<Record<string, unknown>>): Float32Array {
  const name = 'last_hidden_state'
  const values = outputOf(outputs, name)
  const tensor = outputs[name]
  const dims = typeof tensor === 'object' && tensor !== null && 'dims' in tensor ? tensor.dims : undefined
  const width = Array.isArray(dims) && dims.length === 3 ? Number(dims[2]) : Number.NaN
  if (!(width > 0)) throw new TypeError(`model: ${name} is not of three dimensions`)
  return values.subarray(0, width)
}

async function openEye(library: Transformers, { folder, dtype }: LocalModelSettings): Promise<Eye> {
  return loadLocally(library, folder, async (path) => {
    const processor = await library.AutoProcessor.from_pretrained(path, { local_files_only: true })
    const options = { local_files_only: true, dtype, device: 'cpu' } as const
    const model = await library.AutoModel.from_pretrained(path, options)
    return {
      see: async (pixels) => unit(firstToken(await model(await processor(rawImage(library, pixels))))),
      close: async () => {
        await model.dispose()
      },
    }
  })
}

/** Scores likeness by DINOv2 from a folder of the user's. Nothing is fetched. */
export function dinov2Scorer(settings: LocalModelSettings, load: LoadTransformers = loadTransformers): Scorer {
  const what = `${measure.name} not scored`
  const names = ['config.json', 'preprocessor_config.json', `onnx/model${dtypeSuffixes[settings.dtype]}.onnx`]
  return {
    id: 'likeness-dinov2',
    measures: [measure],
    suits: () => true,
    open: async (subject) => {
      const { paths, note } = referencePhotos(subject)
      if (paths.length < fewestPhotos) {
        return { state: 'unavailable', reason: `${what}: it needs ${fewestPhotos} photos, given are ${paths.length}.` }
      }
      const files = await checkModelFiles('dinov2', settings.folder, names)
      if (files.state === 'missing') {
        const reason = `${what}: ${files.path} is missing; put the files of the model there as the hub names them.`
        return { state: 'unavailable', reason }
      }
      const library = await load()
      if (library === undefined) return { state: 'unavailable', reason: `${what}: ${installTransformers}.` }
      const eye = await openEye(library, settings)
      const vectors: Float32Array[] = []
      try {
        for (const path of paths) vectors.push(await eye.see((await readPicture(path, 'photo')).shown))
      } catch (error) {
        await eye.close()
        throw error
      }
      const reference = vectorReference(vectors)
      const { models } = files
      return {
        state: 'ready',
        fingerprint: await fingerprintOf(recipe, paths, [
          library.env.version,
          ...models.map(({ sha256 }) => sha256 ?? ''),
        ]),
        models,
        references: { [measure.name]: reference?.own },
        notes: [note],
        score: async (picture) => {
          const seen = await eye.see((await picture.pixels()).shown)
          const reading =
            reference === undefined
              ? notMeasured('too-few-photos', `${fewestPhotos} photos are needed.`)
              : measured(cosine(seen, reference.centre))
          return { readings: { [measure.name]: reading }, embedding: encodeEmbedding(seen) }
        },
        close: () => eye.close(),
      }
    },
  }
}
