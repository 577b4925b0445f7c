import { createHash } from 'node:crypto'
import type { FineTuneParameter, FineTuneRequest, GenerateParameter, GenerateRequest } from '@likeness/core'
import { skip } from '../case.js'
import { imageFile } from '../photos/image-file.js'
import { encodePlainPng } from '../photos/png.js'
import { trainingPhotos } from '../photos/training-photos.js'
import type { Session } from '../session.js'

const callback = 'https://hooks.example.test/likeness'

/** What is given, and how it is recognised where it arrives: as a value, or as a file of this hash. */
export interface Probe<Request> {
  readonly given: (session: Session) => Partial<Request>
  readonly marker: string | number | { readonly sha256: string; readonly base64: string } | undefined
}

/** One probe for each parameter. */
export type Probes<Parameter extends string, Request> = Readonly<
  Record<Parameter, (session: Session) => Probe<Request>>
>

function file(bytes: Buffer) {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), base64: bytes.toString('base64') }
}

const picture = () => trainingPhotos()[0] ?? Buffer.alloc(0)
const white = () => encodePlainPng(512, 512, [255, 255, 255])
const withImage = () => ({ image: imageFile(picture(), 'start.png') })

const value = <Request>(given: Partial<Request>, marker?: string | number): Probe<Request> => ({
  given: () => given,
  marker,
})

/** One probe for each neutral parameter of a fine-tune. */
export const fineTuneProbes: Probes<FineTuneParameter, FineTuneRequest> = {
  base: ({ parameters, provider }) =>
    value({ base: parameters.fineTune?.base ?? provider.capabilities.fineTune?.bases[0] }),
  trigger: () => value({ trigger: 'zqxv' }, 'zqxv'),
  steps: ({ parameters }) => value({ steps: parameters.fineTune?.steps ?? 641 }, parameters.fineTune?.steps ?? 641),
  learningRate: ({ parameters }) => {
    const learningRate = parameters.fineTune?.learningRate ?? 0.0004
    return value({ learningRate }, learningRate)
  },
  rank: ({ parameters }) => value({ rank: parameters.fineTune?.rank ?? 16 }, parameters.fineTune?.rank ?? 16),
  captions: ({ photos }) => {
    const caption = 'a red toy robot, caption marker 5519'
    const bytes = Buffer.from(caption)
    const images = photos.map((photo) => ({ ...photo, caption }))
    return { given: () => ({ images }), marker: { ...file(bytes), base64: caption } }
  },
  webhookUrl: () => value({ webhookUrl: callback }, 'hooks.example.test'),
  mode: () => value({}),
}

/** One probe for each neutral parameter of a generation. */
export const generateProbes: Probes<GenerateParameter, GenerateRequest> = {
  size: () => value({ size: '768x1024' }),
  aspectRatio: () => value({ aspectRatio: '16:9' }),
  format: ({ provider }) => value({ format: provider.capabilities.generate?.formats[0] }),
  seed: () => value({ seed: 4242 }, 4242),
  negativePrompt: () => value({ negativePrompt: 'negative marker 8826' }, 'negative marker 8826'),
  steps: ({ parameters }) => value({ steps: parameters.generate?.steps ?? 17 }, parameters.generate?.steps ?? 17),
  guidanceScale: ({ parameters }) => {
    const guidanceScale = parameters.generate?.guidanceScale ?? 3.25
    return value({ guidanceScale }, guidanceScale)
  },
  strength: ({ parameters, provider }) => {
    if (provider.fineTune === undefined) skip('strength needs a model, and the provider does not train')
    const strength = parameters.generate?.strength ?? 0.65
    return value({ strength }, strength)
  },
  image: () => ({ given: withImage, marker: file(picture()) }),
  mask: () => ({ given: () => ({ ...withImage(), mask: imageFile(white(), 'mask.png') }), marker: file(white()) }),
  imageStrength: ({ parameters }) => {
    const imageStrength = parameters.generate?.imageStrength ?? 0.35
    return { given: () => ({ ...withImage(), imageStrength }), marker: imageStrength }
  },
  webhookUrl: () => value({ webhookUrl: callback }, 'hooks.example.test'),
}
