import type { InvoiceLine } from '../core/types.js'
import { InvalidInput } from './errors.js'
import type { Input } from './input.js'
import { isInput, readBoolean, readChoice, readNumber, readString, requireString } from './input.js'
import { trainingLines } from './prices.js'

const baseModels = ['FLUX_PRO', 'FLUX', 'FAST_FLUX', 'QWEN'] as const

export type BaseModel = (typeof baseModels)[number]

export interface TrainingRequest {
  readonly name: string
  readonly dataSourcePath: string
  readonly instancePrompt: string
  readonly triggerWord: string
  readonly baseModel: BaseModel
  readonly isPublic: boolean
  readonly lines: readonly InvoiceLine[]
}

/** Themes by base model; `KONTEXT` trains on the base `FLUX`. Other values of FAST_FLUX are not documented. */
const themes: Readonly<Record<BaseModel, readonly string[]>> = {
  FLUX_PRO: ['CHARACTER', 'PRODUCT', 'STYLE', 'GENERAL'],
  FLUX: ['FLUX', 'KONTEXT'],
  FAST_FLUX: ['subject'],
  QWEN: ['QWEN'],
}

const machines: Readonly<Record<BaseModel, readonly string[]>> = {
  FLUX_PRO: [],
  FLUX: ['NVIDIA_A100_40GB', 'NVIDIA_H100', 'NVIDIA_L40S'],
  FAST_FLUX: [],
  QWEN: ['NVIDIA_H100'],
}

/**
 * Reads a submit body (docs.segmind.com, Flux Pro fine-tuning API and its sister pages; limits of Flux Pro from
 * docs.bfl.ml/api-reference/tasks/finetune). Keys of other base models are ignored. That a wrong body is refused at
 * once, as 400, is assumed. Throws InvalidInput.
 */
export function readTrainingRequest(input: Input): TrainingRequest {
  const baseModel = readChoice(input, 'base_model', baseModels)
  if (baseModel === undefined) throw new InvalidInput('base_model is required')
  const theme = requireString(input, 'theme')
  if (!themes[baseModel].includes(theme))
    throw new InvalidInput(`theme must be one of ${themes[baseModel].join(', ')} for ${baseModel}`)
  const advanced = input.advance_parameters ?? {}
  if (!isInput(advanced)) throw new InvalidInput('advance_parameters must be an object')
  const dataSourcePath = requireString(input, 'data_source_path')
  if (!URL.canParse(dataSourcePath)) throw new InvalidInput('data_source_path must be a URL')
  return {
    name: requireString(input, 'name'),
    dataSourcePath,
    instancePrompt: requireString(input, 'instance_prompt'),
    triggerWord: readString(input, 'trigger_word') ?? 'TOK',
    baseModel,
    isPublic: readBoolean(input, 'segmind_public') ?? false,
    lines: baseModel === 'FLUX_PRO' ? readPro(advanced) : readLora(baseModel, input, advanced),
  }
}

function readPro(advanced: Input): InvoiceLine[] {
  const iterations = readNumber(advanced, 'iterations', { minimum: 100, maximum: 1000, integer: true }) ?? 300
  readNumber(advanced, 'learning_rate', { minimum: 0.000001, maximum: 0.005 })
  readChoice(advanced, 'priority', ['SPEED', 'QUALITY', 'HIGH_RES_ONLY'])
  readChoice(advanced, 'finetune_type', ['FULL', 'LORA'])
  readBoolean(advanced, 'captioning')
  const rank = readNumber(advanced, 'lora_rank', { integer: true })
  if (rank !== undefined && rank !== 16 && rank !== 32) throw new InvalidInput('lora_rank must be 16 or 32')
  return trainingLines({ baseModel: 'FLUX_PRO', iterations })
}

/** `train_type` and `machine_type` are mandatory in the official SDK, and absent in the examples of FAST_FLUX. */
function readLora(baseModel: Exclude<BaseModel, 'FLUX_PRO'>, input: Input, advanced: Input): InvoiceLine[] {
  const allowed = machines[baseModel]
  if (allowed.length > 0) {
    requireString(input, 'train_type')
    readChoice(input, 'train_type', ['LORA'])
    requireString(input, 'machine_type')
    readChoice(input, 'machine_type', allowed)
  }
  const steps =
    readNumber(advanced, 'steps', { minimum: 1, integer: true }) ?? (baseModel === 'FAST_FLUX' ? 2000 : 1000)
  readNumber(advanced, 'learning_rate', { minimum: 0 })
  readNumber(advanced, 'lora_rank', { minimum: 1, integer: true })
  readChoice(advanced, 'finetune_type', ['FULL', 'LORA'])
  return trainingLines({ baseModel, steps, machine: readString(input, 'machine_type') ?? 'NVIDIA_H100' })
}
