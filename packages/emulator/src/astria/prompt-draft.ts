import type { InvoiceLine } from '../core/types.js'
import type { FieldErrors } from './attributes.js'
import { Attributes } from './attributes.js'
import type { Parameters } from './input.js'
import { decimal, fillCharacteristics, prependTag, readLoraTags } from './lora-tags.js'
import { promptLines } from './prices.js'
import type { PromptAttributes } from './prompt-attributes.js'
import { checkFlux, readPromptAttributes } from './prompt-attributes.js'
import type { Reference, Tune } from './records.js'
import type { Target } from './targets.js'

/** A prompt that was found right, before there is a record of it. */
export interface PromptDraft {
  readonly attributes: PromptAttributes
  readonly target: Target
  /** Tunes named by tags in the text. */
  readonly references: readonly Reference[]
  /** Nothing for a mock. */
  readonly lines: readonly InvoiceLine[]
}

export interface DraftContext {
  readonly tunes: readonly Tune[]
  readonly defaultNumImages: number
}

/** Reads and checks a prompt for a target. The answer on unknown tunes in the text (422 on `text`) is assumed. */
export function draftPrompt(
  parameters: Parameters,
  target: Target,
  { tunes, defaultNumImages }: DraftContext,
): PromptDraft | { readonly errors: FieldErrors } {
  const attributes = new Attributes(parameters)
  const read = readPromptAttributes(attributes, defaultNumImages)
  if (target.branch === 'flux1') checkFlux(attributes, read)
  const references: Reference[] = []
  for (const { type, reference, strength } of readLoraTags(read.text)) {
    const tune = tunes.find(({ number, attributes: { title } }) => String(number) === reference || title === reference)
    if (tune === undefined) attributes.refuse('text', `${type} ${reference} was not found`)
    else if (!Number.isFinite(strength)) attributes.refuse('text', `${type} ${reference} has an invalid weight`)
    else references.push({ tune, strength })
  }
  if (!attributes.valid) return { errors: attributes.errors }
  const isMultiple = references.length + (target.part === 'none' ? 0 : 1) > 1
  // These four add to the price; by how much is not documented.
  const isEnhanced = read.super_resolution || read.inpaint_faces || read.hires_fix || isMultiple
  const lines = target.isMock ? [] : promptLines(read.num_images, isEnhanced)
  return { attributes: read, target, references, lines }
}

/** The text as it is stored, and every tune that takes part, once the tune in the URL is known. */
export function completeDraft(draft: PromptDraft, tune: Tune | undefined): { text: string; references: Reference[] } {
  const { attributes, target } = draft
  const references = [...draft.references]
  let text =
    tune === undefined ? attributes.text : fillCharacteristics(attributes.text, tune.attributes.characteristics)
  if (tune !== undefined && target.part === 'model') references.push({ tune, strength: 1 })
  const isTagged = references.some((each) => each.tune === tune)
  if (tune !== undefined && (target.part === 'lora' || target.part === 'faceid') && !isTagged) {
    const strength = attributes.lora_scale ?? 1
    text = prependTag(text, { type: target.part, reference: String(tune.number), strength })
    references.unshift({ tune, strength })
  }
  return { text, references }
}

/** What makes two prompts the same for the account's idempotency switch (docs.astria.ai/docs/api/overview). */
export function identityOf(tuneId: number, text: string, attributes: PromptAttributes): string {
  const { cfg_scale, ...rest } = attributes
  return JSON.stringify([
    text,
    tuneId,
    cfg_scale === null ? null : decimal(cfg_scale),
    rest.steps,
    rest.seed,
    rest.callback,
    rest.negative_prompt,
    rest.super_resolution,
    rest.face_correct,
    rest.ar,
    rest.num_images,
    rest.controlnet,
    rest.denoising_strength,
    rest.use_lpw,
    rest.controlnet_conditioning_scale,
    rest.w,
    rest.h,
    rest.hires_fix,
    rest.scheduler,
    rest.controlnet_txt2img,
    rest.inpaint_faces,
  ])
}
