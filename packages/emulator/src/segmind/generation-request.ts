import { createHash } from 'node:crypto'
import { InvalidInput } from './errors.js'
import type { Input } from './input.js'
import { readBoolean, readChoice, readNumber, readString, requireString } from './input.js'
import type { Model } from './models.js'
import { sizeOfRatio } from './models.js'
import type { FineTune, PicturePlan } from './records.js'

export type RandomSeed = () => number

/** Seeds of those who ask for none; from the request's own id, so that they differ. */
export function seedOf(requestId: string): number {
  return createHash('sha256').update(requestId).digest().readUInt32BE(0) % 1_000_000_000
}

/**
 * Reads the body of an inference request. `fineTune` is the one the slug names, `findFineTune` looks up a `finetune_id`.
 * Throws InvalidInput: 400 for what is missing or of a wrong type, 406 for values the model does not take.
 */
export function readPicturePlan(
  model: Model,
  input: Input,
  fineTuneOfSlug: FineTune | undefined,
  findFineTune: (id: string) => FineTune | undefined,
  randomSeed: RandomSeed,
): PicturePlan {
  const prompt = model.requiresPrompt ? requireString(input, 'prompt') : (readString(input, 'prompt') ?? '')
  const fineTune = model.fineTune === 'by-id' ? byId(requireString(input, 'finetune_id'), findFineTune) : fineTuneOfSlug
  const seed = readNumber(input, 'seed', { minimum: -1, integer: true }, 406)
  if (model.requiresSeed && seed === undefined) throw new InvalidInput('seed is required')
  readNumber(input, 'steps', { ...model.steps, integer: true }, 406)
  if (model.guidance !== undefined) readNumber(input, 'guidance', model.guidance, 406)
  const field = model.strengthField
  const format = readChoice(input, 'output_format', model.formats, 406) ?? model.formats[0] ?? 'jpeg'
  return {
    model,
    prompt,
    seed: seed === undefined || seed === -1 ? randomSeed() : seed,
    ...readSize(model, input),
    format: format === 'jpg' ? 'jpeg' : format,
    samples: readNumber(input, 'samples', { minimum: 1, maximum: model.maximumSamples, integer: true }, 406) ?? 1,
    asBase64: model.hasBase64 === true && (readBoolean(input, 'base64') ?? readBoolean(input, 'base_64')) === true,
    fineTune,
    strength: field === undefined ? 1 : (readNumber(input, field.name, field, 406) ?? field.default),
  }
}

/** What an unknown, unfinished or foreign fine-tune is answered is not documented. */
function byId(id: string, findFineTune: (id: string) => FineTune | undefined): FineTune {
  const fineTune = findFineTune(id)
  if (fineTune === undefined) throw new InvalidInput(`Finetune ${id} not found`, 404)
  if (fineTune.request.baseModel === 'FLUX_PRO' || fineTune.request.baseModel === 'QWEN')
    throw new InvalidInput(`finetune_id ${id} is not a FLUX LoRA`, 406)
  if (fineTune.state !== 'AVAILABLE') throw new InvalidInput(`Finetune ${id} is not available yet`, 406)
  return fineTune
}

function readSize({ size }: Model, input: Input): { width: number; height: number } {
  if (size.type === 'ratio') return sizeOfRatio(readChoice(input, 'aspect_ratio', size.ratios, 406) ?? '1:1')
  const { minimum, maximum, multipleOf } = size
  const rule = { minimum, maximum, multipleOf, integer: true }
  return {
    width: readNumber(input, 'width', rule, 406) ?? size.width,
    height: readNumber(input, 'height', rule, 406) ?? size.height,
  }
}
