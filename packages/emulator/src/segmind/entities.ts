import type { FineTune, Generation, PicturePlan } from './records.js'

function time(ms: number): string {
  return new Date(ms).toISOString()
}

/** POST /finetune/request/submit. Qwen's page names the id `request_id`, the others `finetune_id`. */
export function submittedEntity(fineTune: FineTune): Record<string, unknown> {
  const idName = fineTune.request.baseModel === 'QWEN' ? 'request_id' : 'finetune_id'
  return { status: 'REQUESTED', [idName]: fineTune.id, name: fineTune.request.name }
}

/** Inside `finetune` of the details (Fast Flux fine-tuning API); the list is assumed to hold the same. */
export function fineTuneEntity(fineTune: FineTune, weightsURL: (key: string) => string): Record<string, unknown> {
  const { request } = fineTune
  return {
    id: fineTune.id,
    finetune_id: fineTune.id,
    name: request.name,
    data_source_path: request.dataSourcePath,
    instance_prompt: request.instancePrompt,
    status: fineTune.state,
    source_type: 'AWS_S3',
    base_model: request.baseModel,
    slug: fineTune.slug,
    public_model: fineTune.isPublic,
    error_message: fineTune.error ?? null,
    cloud_storage_url: fineTune.weightsKey === undefined ? null : weightsURL(fineTune.weightsKey),
    created_ts: time(fineTune.createdAt),
    updated_ts: time(fineTune.updatedAt),
  }
}

/** The answer to a v2 submit. */
export function queuedEntity(generation: Generation, origin: string): Record<string, unknown> {
  return {
    request_id: generation.id,
    status: 'QUEUED',
    poll_url: `${origin}/v1/requests/${generation.id}`,
    status_url: `${origin}/v2/requests/${generation.id}/status`,
    response_url: `${origin}/v2/requests/${generation.id}`,
  }
}

export interface PictureFile {
  readonly url: string
  readonly content_type: string
  readonly file_name: string
  /** A string, as documented. */
  readonly file_size: string
}

/** Seconds; nothing while it is queued, no money when it failed. */
export function metricsOf(
  generation: Generation,
  money: { readonly cost: number; readonly remaining_credits: number },
): Record<string, number> {
  const { startedAt, finishedAt, createdAt } = generation
  if (startedAt === undefined) return {}
  const queue_time = (startedAt - createdAt) / 1000
  if (finishedAt === undefined) return { queue_time }
  const times = { inference_time: (finishedAt - startedAt) / 1000, queue_time }
  if (generation.state === 'FAILED') return times
  return { ...times, total_time: (finishedAt - createdAt) / 1000, ...money }
}

/** `output` is a URL; one client saw an array, assumed for several pictures. */
export function resultEntity(
  plan: PicturePlan,
  images: readonly PictureFile[],
  metrics: Readonly<Record<string, number>>,
): Record<string, unknown> {
  const urls = images.map((image) => image.url)
  return {
    status: 'COMPLETED',
    metrics,
    output: urls.length === 1 ? urls[0] : urls,
    images,
    timings: { inference: metrics.inference_time },
    seed: plan.seed,
    prompt: plan.prompt,
  }
}
