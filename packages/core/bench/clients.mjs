// name -> (base URL) => function that runs one generation to its end and returns when the vendor was done.
const prompt = 'portrait photo of ohwx man, 85mm, soft light, high detail, film grain, studio background'
const input = {
  prompt,
  image_size: 'landscape_4_3',
  num_inference_steps: 28,
  guidance_scale: 3.5,
  num_images: 4,
  seed: 6252023,
}

async function bare(base) {
  const { Pool } = await import('undici')
  const z = await import('zod')
  const pool = new Pool(base, { connections: 128, pipelining: 1 })
  const headers = { authorization: 'Key id:secret', accept: 'application/json', 'content-type': 'application/json' }
  const submitted = z.object({ request_id: z.string(), response_url: z.string(), status_url: z.string() })
  const polled = z.object({ status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']), request_id: z.string() })
  const image = z.object({ url: z.string(), width: z.number(), height: z.number(), content_type: z.string() })
  const finished = z.object({
    images: z.array(image),
    timings: z.record(z.string(), z.number()),
    seed: z.number(),
    has_nsfw_concepts: z.array(z.boolean()),
    prompt: z.string(),
  })
  const call = async (schema, method, path, body) => {
    const response = await pool.request({ method, path, headers, ...(body && { body: JSON.stringify(body) }) })
    return schema.parse(await response.body.json())
  }
  return async () => {
    const { request_id: id } = await call(submitted, 'POST', '/fal-ai/flux-lora', input)
    await call(polled, 'GET', `/fal-ai/flux-lora/requests/${id}/status`)
    return (await call(finished, 'GET', `/fal-ai/flux-lora/requests/${id}`)).timings.done_at
  }
}

/** The provider of the measures. */
export async function likenessProvider(base) {
  const { createFal } = await import('../../fal/dist/index.js')
  return createFal({ apiKey: 'id:secret', queueURL: base, restURL: base, syncURL: base })
}

async function likeness(base) {
  const { generate } = await import('../dist/index.js')
  const provider = await likenessProvider(base)
  const request = { provider, prompt, n: 4, size: '1024x768', steps: 28, guidanceScale: 3.5, seed: 6252023 }
  return async () => (await generate(request)).providerMetadata.fal?.timings?.done_at
}

/** fal's client has its hosts built in; its middleware can send them elsewhere. */
export async function falClient(base) {
  const { createFalClient } = await import('@fal-ai/client')
  const requestMiddleware = async (request) => ({ ...request, url: request.url.replace(/^https:\/\/[^/]+/, base) })
  return createFalClient({ credentials: 'id:secret', requestMiddleware })
}

async function fal(base) {
  const client = await falClient(base)
  return async () => (await client.subscribe('fal-ai/flux-lora', { input })).data.timings.done_at
}

export const clients = { 'undici.request with zod': bare, Likeness: likeness, '@fal-ai/client subscribe': fal }

/** Clients that send one paid POST. */
export const payers = {
  Likeness: likeness,
  '@fal-ai/client': fal,
  async openai(base) {
    const { default: OpenAI } = await import('openai')
    const client = new OpenAI({ apiKey: 'k', baseURL: `${base}/v1` })
    return () => client.images.generate({ model: 'gpt-image-1', prompt })
  },
  async replicate(base) {
    const { default: Replicate } = await import('replicate')
    const client = new Replicate({ auth: 'k', baseUrl: `${base}/v1` })
    return () => client.predictions.create({ model: 'owner/model', input })
  },
  async 'ai with @ai-sdk/fal'(base) {
    const { generateImage } = await import('ai')
    const { createFal } = await import('@ai-sdk/fal')
    const model = createFal({ apiKey: 'k', baseURL: base }).image('fal-ai/flux-lora')
    return () => generateImage({ model, prompt })
  },
}
