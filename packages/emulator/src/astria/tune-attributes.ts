import type { Attributes } from './attributes.js'
import { isParameters } from './input.js'
import { findGalleryTune } from './models.js'

const branches = ['flux1', 'sd15', 'sdxl1', 'fast'] as const
const modelTypes = ['lora', 'pti', 'faceid'] as const
const presets = ['flux-lora-focus', 'flux-lora-portrait', 'flux-lora-fast'] as const

export type Branch = (typeof branches)[number]
export type ModelType = (typeof modelTypes)[number]

/** What a tune was asked to be (docs.astria.ai/docs/api/tune/create, 2026-08-21), with the vendor's defaults filled in. */
export interface TuneAttributes {
  title: string
  name: string
  readonly callback: string | null
  readonly promptsCallback: string | null
  readonly branch: Branch
  readonly modelType: ModelType | null
  readonly baseTuneId: number | null
  readonly preset: string | null
  readonly steps: number | null
  readonly token: string | null
  readonly faceCrop: boolean
  readonly trainingFaceCorrect: boolean
  autoExtend: boolean
  characteristics: Readonly<Record<string, string>>
}

/** Reads and checks; what is wrong is in `attributes.errors`. `branchOf` knows the account's own tunes. */
export function readTuneAttributes(
  attributes: Attributes,
  branchOf: (tuneId: number) => Branch | undefined,
): TuneAttributes {
  const baseTuneId = attributes.integer('base_tune_id', { minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
  const baseBranch = baseTuneId === null ? undefined : (findGalleryTune(baseTuneId)?.branch ?? branchOf(baseTuneId))
  if (baseTuneId !== null && baseBranch === undefined) attributes.refuse('base_tune', 'must exist')
  const branch = attributes.oneOf('branch', branches) ?? baseBranch ?? 'sd15'
  const modelType = attributes.oneOf('model_type', modelTypes)
  return {
    title: attributes.required('title'),
    name: readName(attributes),
    callback: attributes.url('callback'),
    promptsCallback: attributes.url('prompts_callback'),
    branch,
    // "For SDXL1 - API will default to pti and will ignore model_type parameter."
    modelType: branch === 'sdxl1' && modelType !== 'faceid' ? 'pti' : modelType,
    baseTuneId,
    preset: attributes.oneOf('preset', presets),
    steps: attributes.integer('steps', { minimum: 1, maximum: 100_000 }),
    token: modelType === 'faceid' ? null : (attributes.string('token') ?? defaultToken(branch)),
    faceCrop: attributes.boolean('face_crop') ?? false,
    trainingFaceCorrect: attributes.boolean('training_face_correct') ?? false,
    autoExtend: attributes.boolean('auto_extend') ?? false,
    characteristics: readCharacteristics(attributes),
  }
}

/** Seen: an underscore in the class name is refused in these words. */
export function readName(attributes: Attributes): string {
  const name = attributes.required('name')
  if (name !== '' && !/^[A-Za-z0-9 ]+$/.test(name))
    attributes.refuse('name', 'only English letters, numbers and spaces allowed')
  return name
}

export function readCharacteristics(attributes: Attributes): Record<string, string> {
  const value = attributes.raw('characteristics')
  if (value === undefined || value === null || value === '') return {}
  if (isParameters(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]))
  attributes.refuse('characteristics', 'is invalid')
  return {}
}

function defaultToken(branch: Branch): string {
  return branch === 'flux1' || branch === 'sdxl1' ? 'ohwx' : 'sks'
}
