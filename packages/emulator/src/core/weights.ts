/** What a weights file says about itself and holds. */
export interface Weights {
  readonly metadata: Readonly<Record<string, string>>
  /** JPEGs of the training photos, at most 768 px. */
  readonly photos: readonly Buffer[]
}

export interface WeightsOptions {
  /** Paths or bytes of the training photos. */
  readonly photos: readonly (string | Uint8Array)[]
  /** For example `FLUX.1-dev`. */
  readonly baseModel: string
  readonly triggerWord: string
  /** The vendor. */
  readonly trainedBy: string
}

/** The bytes are no safetensors container, or hold no photos of ours. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError'
}

export async function packWeights(_options: WeightsOptions): Promise<Buffer> {
  throw new WeightsError('not built yet')
}

export function readWeights(_bytes: Uint8Array): Weights {
  throw new WeightsError('not built yet')
}
