import { renderPrompt } from '@likeness/core'
import { cosine, unit } from '../../identity/vectors.js'
import { type Measure, measured } from '../../measure.js'
import type { Pixels } from '../../pixels/plane.js'
import { fingerprintOf } from '../fingerprint.js'
import { encodeEmbedding } from '../likeness.js'
import type { Scorer, ScorerModel } from '../scorer.js'
import { checkModelFiles } from './model-files.js'
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

/** Models that put words and pictures into one space. */
export type AdherenceModel = 'clip' | 'siglip'

/** Raised where the same files would give other numbers. */
const recipe = 1

const families = {
  clip: {
    title: 'CLIP',
    text: { model: 'CLIPTextModelWithProjection', output: 'text_embeds' },
    picture: { model: 'CLIPVisionModelWithProjection', output: 'image_embeds' },
    padding: true,
  },
  siglip: {
    title: 'SigLIP',
    text: { model: 'SiglipTextModel', output: 'pooler_output' },
    picture: { model: 'SiglipVisionModel', output: 'pooler_output' },
    // It was trained on texts filled up to their full length: without, its numbers are of no use.
    padding: 'max_length',
  },
} as const

function measureOf(family: AdherenceModel): Measure {
  const { title } = families[family]
  return {
    name: `prompt-adherence-${family}`,
    title: `Fits the prompt (${title})`,
    unit: 'cosine',
    bounds: { least: -1, most: 1 },
    direction: 'higher',
    meaning: `How near the picture is to its prompt, with the class name in the place of {subject}, in the space of ${title}.`,
    notMeaning:
      'Not a share: good pictures reach another number with each model and prompt, so compare only vendors on the same ' +
      'prompts. It counts badly, confuses who does what to whom, and knows nothing of this one subject.',
  }
}

const filesOf = (suffix: string) => [
  'config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  `onnx/text_model${suffix}.onnx`,
  `onnx/vision_model${suffix}.onnx`,
]

/** Puts texts and pictures into one space; every direction has length 1. */
interface Space {
  text(text: string): Promise<Float32Array>
  picture(pixels: Pixels): Promise<Float32Array>
  close(): Promise<void>
}

async function openSpace(
  library: Transformers,
  family: AdherenceModel,
  { folder, dtype }: LocalModelSettings,
): Promise<Space> {
  const { text, picture, padding } = families[family]
  return loadLocally(library, folder, async (path) => {
    const [local, weights] = [{ local_files_only: true }, { local_files_only: true, dtype, device: 'cpu' }] as const
    const tokenizer = await library.AutoTokenizer.from_pretrained(path, local)
    const processor = await library.AutoProcessor.from_pretrained(path, local)
    const textModel = await library[text.model].from_pretrained(path, weights)
    const pictureModel = await library[picture.model].from_pretrained(path, weights)
    return {
      text: async (words) => {
        const inputs = await tokenizer([words], { padding, truncation: true })
        return unit(outputOf(await textModel(inputs), text.output))
      },
      picture: async (pixels) =>
        unit(outputOf(await pictureModel(await processor(rawImage(library, pixels))), picture.output)),
      close: async () => {
        await Promise.all([textModel.dispose(), pictureModel.dispose()])
      },
    }
  })
}

const fingerprint = (family: AdherenceModel, models: readonly ScorerModel[], version: string, className: string) =>
  fingerprintOf(recipe, [], [family, version, className, ...models.map(({ sha256 }) => sha256 ?? '')])

/**
 * Scores how well pictures fit their prompts by CLIP or SigLIP, from a folder of the user's. Also tells where each picture
 * lies, for the spread of a set. Nothing is fetched.
 */
export function adherenceScorer(
  family: AdherenceModel,
  settings: LocalModelSettings,
  load: LoadTransformers = loadTransformers,
): Scorer {
  const measure = measureOf(family)
  const what = `${measure.name} not scored`
  return {
    id: `adherence-${family}`,
    measures: [measure],
    suits: () => true,
    open: async ({ subject: { className } }) => {
      const files = await checkModelFiles(family, settings.folder, filesOf(dtypeSuffixes[settings.dtype]))
      if (files.state === 'missing') {
        const reason = `${what}: ${files.path} is missing; put the files of the model there as the hub names them.`
        return { state: 'unavailable', reason }
      }
      const library = await load()
      if (library === undefined) return { state: 'unavailable', reason: `${what}: ${installTransformers}.` }
      const space = await openSpace(library, family, settings)
      const texts = new Map<string, Promise<Float32Array>>()
      const directionOf = (prompt: string) => {
        const known = texts.get(prompt) ?? space.text(renderPrompt(prompt, className))
        texts.set(prompt, known)
        return known
      }
      return {
        state: 'ready',
        fingerprint: await fingerprint(family, files.models, library.env.version, className),
        models: files.models,
        references: {},
        notes: [],
        score: async (picture) => {
          const { shown } = await picture.pixels()
          const seen = await space.picture(shown)
          const value = cosine(seen, await directionOf(picture.prompt))
          return { readings: { [measure.name]: measured(value) }, embedding: encodeEmbedding(seen) }
        },
        close: () => space.close(),
      }
    },
  }
}
