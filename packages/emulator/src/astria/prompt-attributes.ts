import type { Attributes } from './attributes.js'

const aspectRatios = ['1:1', '16:9', '9:16', '21:9', '9:21', '3:2', '2:3', '5:4', '4:5', '4:3', '3:4'] as const
const legacyRatios = ['1:1', 'portrait', '16:9', 'landscape', 'anamorphic'] as const
const schedulers = [
  'euler',
  'euler_a',
  'dpm++2m_karras',
  'dpm++sde_karras',
  'dpm++2m',
  'dpm++sde',
  'lcm',
  'tcd',
] as const
const styles = [
  'Cinematic',
  'Animated',
  'Digital Art',
  'Photographic',
  'Fantasy art',
  'Neonpunk',
  'Enhance',
  'Comic book',
  'Lowpoly',
  'Line art',
] as const
const colorGradings = ['Film Velvia', 'Film Portra', 'Ektar'] as const
const controlnets = [
  'composition',
  'reference',
  'segroom',
  'ipadapter',
  'lineart',
  'canny',
  'depth',
  'mlsd',
  'hed',
  'pose',
  'tile',
  'qr',
] as const

const booleans = [
  'super_resolution',
  'inpaint_faces',
  'hires_fix',
  'face_correct',
  'face_swap',
  'use_lpw',
  'film_grain',
  'prompt_expansion',
  'controlnet_txt2img',
] as const

type Flag = (typeof booleans)[number]

/** What a prompt was asked to be (docs.astria.ai/docs/api/prompt/create, 2026-08-21). Names as on the wire. */
export interface PromptAttributes extends Readonly<Record<Flag, boolean>> {
  /** As the caller wrote it; the tag of a LoRA tune in the URL is not in it. */
  readonly text: string
  readonly negative_prompt: string
  readonly callback: string | null
  readonly num_images: number
  readonly seed: number | null
  readonly cfg_scale: number | null
  readonly steps: number | null
  readonly ar: string
  readonly aspect_ratio: string | null
  readonly resolution: string | null
  readonly w: number | null
  readonly h: number | null
  readonly scheduler: string | null
  readonly style: string | null
  readonly color_grading: string | null
  readonly backend_version: number | null
  readonly controlnet: string | null
  readonly controlnet_conditioning_scale: number | null
  readonly denoising_strength: number | null
  readonly input_image_url: string | null
  readonly mask_image_url: string | null
  readonly lora_scale: number | null
  workspace_id: number | null
  pack_id: number | null
  base_pack_id: number | null
}

const id = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER }

/** Reads and checks all but what depends on the base model; what is wrong is in `attributes.errors`. */
export function readPromptAttributes(attributes: Attributes, defaultNumImages: number): PromptAttributes {
  const flags = Object.fromEntries(booleans.map((name) => [name, attributes.boolean(name) ?? false]))
  const read: PromptAttributes = {
    ...(flags as Record<Flag, boolean>),
    text: attributes.required('text'),
    negative_prompt: attributes.string('negative_prompt') ?? '',
    callback: attributes.url('callback'),
    num_images: attributes.integer('num_images', { minimum: 1, maximum: 8 }) ?? defaultNumImages,
    seed: attributes.integer('seed', { minimum: 0, maximum: 2 ** 32 }),
    cfg_scale: attributes.number('cfg_scale', { minimum: 0, maximum: 15 }),
    steps: attributes.integer('steps', { minimum: 0, maximum: 50 }),
    ar: attributes.oneOf('ar', legacyRatios) ?? '1:1',
    aspect_ratio: attributes.oneOf('aspect_ratio', aspectRatios),
    resolution: attributes.oneOf('resolution', ['1K', '2K', '4K']),
    w: readSide(attributes, 'w'),
    h: readSide(attributes, 'h'),
    scheduler: attributes.oneOf('scheduler', schedulers),
    style: attributes.oneOf('style', styles),
    color_grading: attributes.oneOf('color_grading', colorGradings),
    backend_version: attributes.integer('backend_version', { minimum: 0, maximum: 1 }),
    controlnet: attributes.oneOf('controlnet', controlnets),
    controlnet_conditioning_scale: attributes.number('controlnet_conditioning_scale', { minimum: 0, maximum: 1 }),
    denoising_strength: attributes.number('denoising_strength', { minimum: 0, maximum: 1 }),
    input_image_url: attributes.url('input_image_url'),
    mask_image_url: attributes.url('mask_image_url'),
    lora_scale: attributes.number('lora_scale', { minimum: -10, maximum: 10 }),
    workspace_id: attributes.integer('workspace_id', id),
    pack_id: attributes.integer('pack_id', id),
    base_pack_id: attributes.integer('base_pack_id', id),
  }
  checkDependencies(attributes, read)
  return read
}

/** Flux takes no negatives and no strong guidance. The words around the recorded ones are assumed. */
export function checkFlux(attributes: Attributes, read: PromptAttributes): void {
  if (read.negative_prompt !== '') attributes.refuse('negative_prompt', 'is not supported for Flux')
  if (read.cfg_scale !== null && read.cfg_scale >= 5) attributes.refuse('cfg_scale', 'must be less than 5 for Flux')
}

/** "Multiples of 8" is documented; the range is assumed. */
function readSide(attributes: Attributes, name: 'w' | 'h'): number | null {
  const side = attributes.integer(name, { minimum: 8, maximum: 2048 })
  if (side !== null && side % 8 !== 0) attributes.refuse(name, 'must be a multiple of 8')
  return side
}

/** The documents state what needs what; that it is refused, and in which words, is assumed but for `input_image`. */
function checkDependencies(attributes: Attributes, read: PromptAttributes): void {
  for (const name of ['inpaint_faces', 'hires_fix'] as const)
    if (read[name] && !read.super_resolution) attributes.refuse(name, 'requires super_resolution')
  const hasImage = ['input_image', 'input_image_base64', 'input_image_url'].some((name) => attributes.has(name))
  if ((read.controlnet !== null || attributes.has('mask_image') || read.mask_image_url !== null) && !hasImage)
    attributes.refuse('input_image', 'is missing')
}
