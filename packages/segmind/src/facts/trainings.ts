import type { ImageLimits } from '@likeness/core'
import type { InferenceEndpointName } from './inference-endpoints.js'
import type { Range } from './range.js'

/** Segmind's `base_model`: what a job trains on. One more row below is one more kind of job. */
export type SegmindBaseModel = 'FLUX_PRO' | 'FLUX' | 'FAST_FLUX' | 'QWEN'

/** One kind of training job, as data. */
export interface TrainingFacts {
  /** Base model in neutral spelling. */
  readonly base: string
  /** Name inside `advance_parameters` of each neutral parameter that this job takes. */
  readonly fields: Readonly<Partial<Record<'steps' | 'learningRate' | 'rank', string>>>
  readonly limits: Readonly<Partial<Record<'steps' | 'learningRate' | 'rank', Range>>>
  /** Name inside `advance_parameters` of each of our options that this job takes. */
  readonly options: Readonly<Record<string, string>>
  readonly themes: readonly string[]
  readonly trainType?: string
  /** Accepted machines, default first. Absent where the job takes none. */
  readonly machineTypes?: readonly string[]
  /** Whether captions in same-stem `.txt` files are documented. */
  readonly captions: boolean
  /** Whether the dataset must be readable by anyone. */
  readonly publicUpload: boolean
  /** Whether the page says which trigger word is used where none is sent. */
  readonly triggerDefaults: boolean
  /** Whether the weights can be downloaded. */
  readonly weights: boolean
  /** Licence of the base model's weights, which those trained on it come under. */
  readonly licence?: string
  readonly images: ImageLimits
  /** Key of {@link inferenceEndpoints} that serves the trained model. */
  readonly inference: InferenceEndpointName
  /** Key of {@link inferenceEndpoints} for requests without a model. */
  readonly baseInference: InferenceEndpointName
}

/** The word that stands for a subject where the request names none ("trigger_word, default TOK", Flux Pro page). */
export const defaultTrigger = 'TOK'

/** Segmind refuses archives of this size and above (fine-tuning pages, "under 100 MB"); read as decimal megabytes. */
export const maximumArchiveBytes = 100_000_000

// "JPG/JPEG/PNG/WebP, 1-20 images" are BFL's words for its trainer (docs.bfl.ml/finetuning); Segmind gives no list.
const mediaTypes = ['image/jpeg', 'image/png', 'image/webp']
/** huggingface.co/black-forest-labs/FLUX.1-dev, LICENSE.md, read 2026-11. */
const fluxDevLicence = 'LicenseRef-FLUX-1-dev-Non-Commercial-License'

const loraImages: ImageLimits = { minimum: 1, mediaTypes, maximumTotalBytes: maximumArchiveBytes }

/**
 * The kinds of training jobs. Documents: docs.segmind.com, "Flux Pro fine tuning API", "Flux fine tuning API", "Fast
 * Flux …", "Qwen …", read 2026-11; limits of FLUX_PRO from docs.bfl.ml/api-reference/tasks/finetune, whose service
 * Segmind passes the job on to.
 */
export const trainings: Readonly<Record<SegmindBaseModel, TrainingFacts>> = {
  FLUX_PRO: {
    base: 'flux-1-pro',
    fields: { steps: 'iterations', learningRate: 'learning_rate', rank: 'lora_rank' },
    limits: {
      steps: { minimum: 100, maximum: 1000 },
      learningRate: { minimum: 0.000001, maximum: 0.005 },
      rank: { values: [16, 32] },
    },
    options: { priority: 'priority', captioning: 'captioning', finetuneType: 'finetune_type' },
    themes: ['CHARACTER', 'PRODUCT', 'STYLE', 'GENERAL'],
    captions: true,
    publicUpload: false,
    triggerDefaults: true,
    weights: false,
    images: {
      minimum: 1,
      maximum: 20,
      recommended: { minimum: 6, maximum: 20 },
      mediaTypes,
      maximumTotalBytes: maximumArchiveBytes,
    },
    inference: 'flux-pro-finetuned',
    baseInference: 'flux-pro',
  },
  FLUX: {
    base: 'flux-1-dev',
    fields: { steps: 'steps', learningRate: 'learning_rate', rank: 'lora_rank' },
    limits: {},
    options: {
      autoCaption: 'auto_caption',
      batchSize: 'batch_size',
      bucketSteps: 'bucket_steps',
      centerCrop: 'center_crop',
      contentOrStyle: 'content_or_style',
      gradientAccumulationSteps: 'gradient_accumulation_steps',
      linear: 'linear',
      linearAlpha: 'linear_alpha',
      learningRateScheduler: 'lr_scheduler',
      maximumGradientNorm: 'max_grad_norm',
      noiseOffset: 'noise_offset',
      trainingEpochs: 'num_train_epochs',
      optimizerType: 'optimizer_type',
      samplePrompt: 'prompt',
      relativeStep: 'relative_step',
      repeats: 'repeats',
      resolution: 'resolution',
      weightDecay: 'weight_decay',
    },
    themes: ['FLUX'],
    trainType: 'LORA',
    machineTypes: ['NVIDIA_A100_40GB', 'NVIDIA_H100', 'NVIDIA_L40S'],
    captions: false,
    publicUpload: false,
    triggerDefaults: false,
    weights: true,
    licence: fluxDevLicence,
    images: loraImages,
    inference: 'flux-dev-finetuned',
    baseInference: 'flux-dev',
  },
  FAST_FLUX: {
    base: 'flux-1-dev',
    fields: { steps: 'steps' },
    limits: {},
    options: { faceCrop: 'face_crop', finetuneType: 'finetune_type' },
    themes: ['subject'],
    captions: false,
    publicUpload: true,
    triggerDefaults: false,
    weights: true,
    licence: fluxDevLicence,
    images: loraImages,
    inference: 'lora-by-slug',
    baseInference: 'flux-dev',
  },
  QWEN: {
    base: 'qwen-image',
    fields: { steps: 'steps', learningRate: 'learning_rate' },
    limits: {},
    options: { autoCaption: 'auto_caption' },
    themes: ['QWEN'],
    trainType: 'LORA',
    machineTypes: ['NVIDIA_H100'],
    captions: false,
    publicUpload: false,
    triggerDefaults: false,
    weights: true,
    // huggingface.co/Qwen/Qwen-Image, read 2026-11.
    licence: 'Apache-2.0',
    images: loraImages,
    inference: 'lora-by-slug',
    baseInference: 'flux-dev',
  },
}
