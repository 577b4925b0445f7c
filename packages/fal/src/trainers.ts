import { nanoUSD, type Price } from '@likeness/core'

/** One vendor parameter of a trainer, under the name that `providerOptions.fal` gives it. */
export interface TrainerOption {
  /** The vendor's name. */
  readonly field: string
  readonly type: 'boolean' | 'integer' | 'number' | 'string' | 'choice'
  /** Allowed values, where `type` is `choice`. */
  readonly values?: readonly string[]
}

/** Everything that sets one of fal's trainers apart from the others. Data: a further trainer is one more row. */
export interface Trainer {
  readonly endpoint: string
  /** Base model in neutral spelling. */
  readonly base: string
  /** Licence that its weights come under, as derivatives of the base model. */
  readonly licence: string
  /** Format of the weights it yields, as `Weights.format` names it. */
  readonly format: string
  /** Where its models are used. */
  readonly inferenceEndpoint: string
  /** Request field of the dataset's URL. */
  readonly datasetField: string
  /** Request field of the trigger word; absent where the trainer takes none. */
  readonly triggerField?: string
  /** The trigger word it uses where none is sent. */
  readonly defaultTrigger?: string
  readonly stepsField: string
  /** How many steps it makes where none are sent. For estimates only: it is not sent. */
  readonly defaultSteps: number
  readonly learningRateField?: string
  /** The fewest images it takes. Documented for fast training; assumed to be the same for the other two. */
  readonly minimumImages: number
  /** What a subject of kind `style` means here. */
  readonly styleFields?: Readonly<Record<string, boolean | string>>
  /** Result field of the weights file. */
  readonly weightsField: string
  /** Result field of the configuration file. */
  readonly configField?: string
  /** Whether caption files switch the trigger word off, so that it has to stand in the captions. */
  readonly captionsReplaceTrigger: boolean
  /** Further parameters without a neutral name. */
  readonly options: Readonly<Record<string, TrainerOption>>
  /** Per step. */
  readonly price: Price
}

/**
 * The FLUX.1 [dev] Non-Commercial License, which covers derivatives of the model. SPDX lists no id for it.
 *
 * @see https://huggingface.co/black-forest-labs/FLUX.1-dev (LICENSE.md), 2026
 */
const fluxDev = 'LicenseRef-FLUX-1-dev-Non-Commercial-License'

const dataArchiveFormat = { field: 'data_archive_format', type: 'string' } as const

/**
 * Fields, defaults and options: fal's schemas as its JavaScript client types them (fal-ai/fal-js
 * `libs/client/src/types/endpoints.ts`, 2026-08-02). Prices: see each row; re-read them before relying on them.
 */
const table = {
  'fal-ai/flux-lora-fast-training': {
    endpoint: 'fal-ai/flux-lora-fast-training',
    base: 'flux-1-dev',
    licence: fluxDev,
    format: 'diffusers-lora',
    inferenceEndpoint: 'fal-ai/flux-lora',
    datasetField: 'images_data_url',
    triggerField: 'trigger_word',
    stepsField: 'steps',
    // The schema states no default; 1000 is what fal's page and its price of a run go by. Assumed.
    defaultSteps: 1000,
    minimumImages: 4,
    styleFields: { is_style: true },
    weightsField: 'diffusers_lora_file',
    configField: 'config_file',
    captionsReplaceTrigger: true,
    options: {
      createMasks: { field: 'create_masks', type: 'boolean' },
      isStyle: { field: 'is_style', type: 'boolean' },
      isInputFormatAlreadyPreprocessed: { field: 'is_input_format_already_preprocessed', type: 'boolean' },
      dataArchiveFormat,
    },
    price: {
      amount: nanoUSD(0.002),
      unit: 'step',
      asOf: '2026-09',
      source: 'fal.ai/models/fal-ai/flux-lora-fast-training (2.00 a run, scales with steps; a run of 1000 assumed)',
    },
  },
  'fal-ai/flux-lora-portrait-trainer': {
    endpoint: 'fal-ai/flux-lora-portrait-trainer',
    base: 'flux-1-dev',
    licence: fluxDev,
    format: 'diffusers-lora',
    inferenceEndpoint: 'fal-ai/flux-lora',
    datasetField: 'images_data_url',
    triggerField: 'trigger_phrase',
    stepsField: 'steps',
    defaultSteps: 2500,
    learningRateField: 'learning_rate',
    minimumImages: 4,
    weightsField: 'diffusers_lora_file',
    configField: 'config_file',
    // Its schema says only that `[trigger]` in captions is replaced; a trigger word written out is understood too.
    captionsReplaceTrigger: true,
    options: {
      multiresolutionTraining: { field: 'multiresolution_training', type: 'boolean' },
      subjectCrop: { field: 'subject_crop', type: 'boolean' },
      createMasks: { field: 'create_masks', type: 'boolean' },
      dataArchiveFormat,
      resumeFromCheckpoint: { field: 'resume_from_checkpoint', type: 'string' },
    },
    price: {
      amount: nanoUSD(0.0024),
      unit: 'step',
      minimumUnits: 1000,
      asOf: '2026-09',
      source: 'fal.ai/models/fal-ai/flux-lora-portrait-trainer (0.0024 a step, at least 1000)',
    },
  },
  'fal-ai/turbo-flux-trainer': {
    endpoint: 'fal-ai/turbo-flux-trainer',
    base: 'flux-1-dev',
    licence: fluxDev,
    format: 'diffusers-lora',
    inferenceEndpoint: 'fal-ai/flux-lora',
    datasetField: 'images_data_url',
    triggerField: 'trigger_phrase',
    defaultTrigger: 'ohwx',
    stepsField: 'steps',
    defaultSteps: 1000,
    learningRateField: 'learning_rate',
    minimumImages: 4,
    styleFields: { training_style: 'style' },
    weightsField: 'diffusers_lora_file',
    configField: 'config_file',
    captionsReplaceTrigger: true,
    options: {
      trainingStyle: { field: 'training_style', type: 'choice', values: ['subject', 'style'] },
      faceCrop: { field: 'face_crop', type: 'boolean' },
    },
    price: {
      amount: nanoUSD(0.0024),
      unit: 'step',
      asOf: '2026-09',
      source: 'fal.ai/models/fal-ai/turbo-flux-trainer (2.40 per 1000 steps)',
    },
  },
} as const satisfies Readonly<Record<string, Trainer>>

/** The trainers' rows with their literal types, from which the option types are derived. */
export type TrainerTable = typeof table

/** Endpoint id of a trainer that this adapter knows. */
export type FalTrainerId = keyof TrainerTable

/** All trainers by endpoint id. */
export const trainers: Readonly<Record<FalTrainerId, Trainer>> = table

/** The trainer used where neither the settings nor the request name one. */
export const defaultTrainer: FalTrainerId = 'fal-ai/flux-lora-fast-training'

/** Whether an endpoint id names a trainer that this adapter knows. */
export function isTrainerId(value: unknown): value is FalTrainerId {
  return typeof value === 'string' && Object.hasOwn(trainers, value)
}

/** The trainer's row for a request: as its options name it, else the settings'. */
export function trainerOf(
  options: Readonly<Record<string, unknown>> | undefined,
  fallback: FalTrainerId = defaultTrainer,
): Trainer & { readonly endpoint: FalTrainerId } {
  const named = options?.trainer
  const id = isTrainerId(named) ? named : fallback
  return { ...trainers[id], endpoint: id }
}
