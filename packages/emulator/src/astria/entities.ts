import { decimal } from './lora-tags.js'
import type { GalleryTune } from './models.js'
import type { Prompt, Tune } from './records.js'

/** ISO 8601 with milliseconds, as Rails writes times. */
function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** Files have addresses without an extension (`https://mp.astria.ai/<28 characters>`). */
function fileURL(origin: string, key: string): string {
  return `${origin}/mp/${key}`
}

/** The fields of recorded tunes (2024-06 to 2024-09), `cost_mc` and `auto_extend` of newer ones. There is no status. */
export function tuneEntity(tune: Tune, origin: string): Record<string, unknown> {
  const { attributes } = tune
  return {
    id: tune.number,
    title: attributes.title,
    name: attributes.name,
    is_api: true,
    token: attributes.token,
    base_tune_id: attributes.baseTuneId,
    // Holds the expanded preset on the worker; `preset` itself is in no recorded answer.
    args: attributes.preset === null ? null : `preset=${attributes.preset}`,
    steps: attributes.steps,
    face_crop: attributes.faceCrop,
    training_face_correct: attributes.trainingFaceCorrect,
    // LoRA and Flux weights cannot be downloaded.
    ckpt_url: null,
    ckpt_urls: [],
    eta: time(tune.eta),
    callback: attributes.callback,
    trained_at: time(tune.trainedAt),
    started_training_at: time(tune.startedAt),
    expires_at: time(tune.expiresAt),
    created_at: time(tune.createdAt),
    updated_at: time(tune.updatedAt),
    branch: attributes.branch,
    model_type: attributes.modelType,
    auto_extend: attributes.autoExtend,
    characteristics: attributes.characteristics,
    cost_mc: tune.costMillicents,
    url: `${origin}/tunes/${tune.number}.json`,
    orig_images: tune.photoKeys.map((key) => fileURL(origin, key)),
    ...(tune.nestedPrompts.length === 0
      ? {}
      : { prompts: tune.nestedPrompts.map((prompt) => promptEntity(prompt, origin)) }),
  }
}

export function galleryTuneEntity(tune: GalleryTune, origin: string): Record<string, unknown> {
  return {
    id: tune.number,
    title: tune.title,
    name: tune.name,
    is_api: false,
    branch: tune.branch,
    model_type: null,
    base_tune_id: null,
    url: `${origin}/tunes/${tune.number}.json`,
    orig_images: [],
  }
}

/** The fields of recorded prompts (2024-06 to 2024-10) and those that first-party clients read in 2026. */
export function promptEntity(prompt: Prompt, origin: string): Record<string, unknown> {
  const { attributes } = prompt
  return {
    id: prompt.number,
    callback: attributes.callback,
    text: prompt.text,
    negative_prompt: attributes.negative_prompt,
    // A decimal, hence text.
    cfg_scale: attributes.cfg_scale === null ? null : decimal(attributes.cfg_scale),
    steps: attributes.steps,
    seed: attributes.seed,
    super_resolution: attributes.super_resolution,
    inpaint_faces: attributes.inpaint_faces,
    hires_fix: attributes.hires_fix,
    face_correct: attributes.face_correct,
    face_swap: attributes.face_swap,
    use_lpw: attributes.use_lpw,
    film_grain: attributes.film_grain,
    ar: attributes.ar,
    aspect_ratio: attributes.aspect_ratio,
    resolution: attributes.resolution,
    w: attributes.w,
    h: attributes.h,
    num_images: attributes.num_images,
    scheduler: attributes.scheduler,
    style: attributes.style,
    color_grading: attributes.color_grading,
    backend_version: attributes.backend_version,
    controlnet: attributes.controlnet,
    controlnet_txt2img: attributes.controlnet_txt2img,
    controlnet_conditioning_scale: attributes.controlnet_conditioning_scale,
    denoising_strength: attributes.denoising_strength,
    trained_at: time(prompt.trainedAt),
    started_training_at: time(prompt.startedAt),
    created_at: time(prompt.createdAt),
    updated_at: time(prompt.updatedAt),
    tune_id: prompt.tuneId,
    tunes: prompt.references.map(({ tune }) => ({
      id: tune.number,
      title: tune.attributes.title,
      name: tune.attributes.name,
    })),
    workspace_id: attributes.workspace_id,
    pack_id: attributes.pack_id,
    base_pack_id: attributes.base_pack_id,
    orig_prompt_id: prompt.originalPromptId,
    is_multiperson: prompt.references.length > 1,
    prompt_likes_count: prompt.likes,
    liked: prompt.likes > 0,
    cost_mc: prompt.costMillicents,
    user_error: prompt.userError,
    url: `${origin}/tunes/${prompt.tuneId}/prompts/${prompt.number}.json`,
    images: prompt.imageKeys.map((key) => fileURL(origin, key)),
    content_types: prompt.imageKeys.map(() => 'image/jpeg'),
  }
}

/** What a recorded callback held (2024-09-29): far less than a GET, and no error. */
export function reducedPrompt(prompt: Prompt, origin: string): Record<string, unknown> {
  return {
    id: prompt.number,
    text: prompt.text,
    negative_prompt: prompt.attributes.negative_prompt,
    steps: prompt.attributes.steps,
    tune_id: prompt.tuneId,
    images: prompt.imageKeys.map((key) => fileURL(origin, key)),
    trained_at: time(prompt.trainedAt),
    started_training_at: time(prompt.startedAt),
    created_at: time(prompt.createdAt),
    updated_at: time(prompt.updatedAt),
  }
}

/** Two clients type the times in a tune's callback as null: a receiver must read the tune again. */
export function reducedTune(tune: Tune): Record<string, unknown> {
  return {
    id: tune.number,
    title: tune.attributes.title,
    name: tune.attributes.name,
    steps: tune.attributes.steps,
    trained_at: null,
    started_training_at: null,
    created_at: time(tune.createdAt),
    updated_at: time(tune.updatedAt),
    expires_at: null,
  }
}
