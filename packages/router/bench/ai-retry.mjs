// The AI SDK's generateImage over image models made of the same providers, with ai-retry for the fallback.
import { generate } from '@likeness/core'
import { generateImage } from 'ai'
import { createRetryableModel } from 'ai-retry/image-model'
import { TIMEOUT_MS } from './strategies.ts'

/** The picture is not downloaded, as by the other strategies: its place is taken by one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

function imageModel(provider, portfolio) {
  return {
    specificationVersion: 'v4',
    provider: provider.id,
    modelId: 'subject',
    maxImagesPerCall: 1,
    async doGenerate({ prompt, size, abortSignal }) {
      await generate({ provider, portfolio, prompt, size, abortSignal, timeoutMs: TIMEOUT_MS })
      return {
        images: [pixel],
        warnings: [],
        response: { timestamp: new Date(), modelId: 'subject', headers: undefined },
      }
    },
  }
}

/**
 * As its documentation shows it: the second model for whatever the first one throws, the SDK's own retries off. A model for
 * each request: ai-retry 2.4.0 keeps the model in use in the instance, so that requests that share one and overlap lose
 * their fallback to each other.
 */
export function aiRetry({ fal, segmind, portfolio }) {
  const [first, second] = [imageModel(fal, portfolio), imageModel(segmind, portfolio)]
  return (prompt) => {
    const model = createRetryableModel({ model: first, retries: [second] })
    return generateImage({ model, prompt, size: '512x512', maxRetries: 0 })
  }
}
