import type { Capabilities, FineTuneParameter, GenerateParameter } from '@likeness/core'

function all<Parameter extends string>(
  parameters: readonly Parameter[],
  supported: boolean,
): Record<Parameter, boolean> {
  const entries = parameters.map((parameter) => [parameter, supported] as const)
  return Object.fromEntries(entries) as Record<Parameter, boolean>
}

const trainingParameters: readonly FineTuneParameter[] = [
  'base',
  'trigger',
  'steps',
  'learningRate',
  'rank',
  'captions',
  'webhookUrl',
  'mode',
]

const pictureParameters: readonly GenerateParameter[] = [
  'size',
  'aspectRatio',
  'seed',
  'negativePrompt',
  'steps',
  'guidanceScale',
  'strength',
  'format',
  'image',
  'mask',
  'imageStrength',
  'webhookUrl',
]

const images = {
  minimum: 4,
  maximum: 20,
  mediaTypes: ['image/png', 'image/jpeg'],
  minimumSide: 256,
}

const className = { pattern: '^[a-z ]+$', description: 'lower-case letters and spaces' }

/** Two ways to be the reference vendor: one that can do everything, and one that can do as little as possible. */
export const capabilities: Readonly<Record<'full' | 'spartan', Capabilities>> = {
  full: {
    fineTune: {
      bases: ['flux-1-dev', 'flux-1-schnell'],
      images,
      className,
      parameters: all(trainingParameters, true),
      weights: true,
      adopts: ['id', 'url'],
      find: true,
      cancel: true,
      remove: true,
      list: true,
    },
    generate: {
      parameters: all(pictureParameters, true),
      maximumImages: 8,
      size: { kind: 'pixels', multipleOf: 8, minimum: 256, maximum: 2048 },
      formats: ['png'],
      loads: [{ base: 'flux-1-dev', format: 'diffusers-lora' }],
      find: true,
      cancel: true,
      remove: true,
      list: true,
    },
    limits: { concurrentJobs: 40, source: 'the reference vendor, as written here, 2026-11-20' },
    webhooks: 'signature',
  },
  spartan: {
    fineTune: {
      bases: ['flux-1-dev'],
      images,
      parameters: all(trainingParameters, false),
      weights: false,
      adopts: [],
      find: false,
      cancel: false,
      remove: false,
      list: false,
    },
    generate: {
      parameters: { ...all(pictureParameters, false), aspectRatio: true, webhookUrl: true },
      maximumImages: 4,
      size: { kind: 'aspect-ratios', ratios: ['1:1', '16:9', '9:16', '4:3', '3:4'] },
      formats: ['png'],
      loads: [],
      find: false,
      cancel: false,
      remove: false,
      list: false,
    },
    webhooks: 'token',
  },
}
