import type { Fixture } from '@likeness/testkit'

// Answers of the real fal. Where a document gives a field and its type and no value, the plainest value stands.

const queue = { document: 'docs.fal.ai, Asynchronous Inference', date: '2026' }
const webhooks = { document: 'docs.fal.ai, webhooks (an ERROR payload)', date: '2026' }
const requestErrors = { document: 'docs.fal.ai, request errors', date: '2026' }
const modelErrors = { document: 'docs.fal.ai, model errors', date: '2026' }
const wire = { document: 'answers as third parties saw them on the wire', date: '2026-09-27' }

const id = '764cabcf-b745-4b3e-ae38-1200304cf45b'

const urlsOf = (endpoint: string, jobId: string) => {
  const base = `https://queue.fal.run/${endpoint}/requests/${jobId}`
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` }
}

const drawing = (jobId: string) => ({ request_id: jobId, ...urlsOf('fal-ai/flux-lora', jobId) })
const training = (jobId: string) => ({ request_id: jobId, ...urlsOf('fal-ai/flux-lora-fast-training', jobId) })

const contentPolicy = {
  loc: ['body', 'prompt'],
  msg: 'The content could not be processed because it contained material flagged by a content checker.',
  type: 'content_policy_violation',
  url: 'https://docs.fal.ai/errors/#content_policy_violation',
}

/** What the adapter must be able to read, and the emulator must answer alike. */
export const falFixtures: readonly Fixture[] = [
  {
    name: 'a training that was accepted',
    source: queue,
    operation: 'fine-tune.submit',
    body: { ...training(id), queue_position: 0 },
    reads: { started: id },
  },
  {
    name: 'a generation that was accepted',
    source: queue,
    operation: 'generation.submit',
    body: { ...drawing(id), queue_position: 0 },
    reads: { started: id },
  },
  {
    name: 'a generation that was accepted, as the newest page has it',
    source: { document: 'fal.ai/docs, inference API (queue)', date: '2026' },
    operation: 'generation.submit',
    body: { ...drawing(id), queue_position: 0, status: 'IN_QUEUE', logs: null, metrics: {} },
    reads: { started: id },
    absent: {
      status: 'only on the newest page; the older ones and most clients do not have it',
      logs: 'as status',
      metrics: 'as status',
    },
  },
  {
    name: 'IN_QUEUE',
    source: queue,
    operation: 'generation.status',
    status: 202,
    body: (jobId) => ({ status: 'IN_QUEUE', ...drawing(jobId), queue_position: 0 }),
    reads: { state: 'queued' },
  },
  {
    name: 'IN_PROGRESS',
    source: queue,
    operation: 'generation.status',
    status: 202,
    body: (jobId) => ({ status: 'IN_PROGRESS', ...drawing(jobId), logs: null }),
    reads: { state: 'running' },
  },
  {
    name: 'IN_PROGRESS of a training',
    source: queue,
    operation: 'fine-tune.status',
    status: 202,
    body: (jobId) => ({ status: 'IN_PROGRESS', ...training(jobId), logs: null }),
    reads: { state: 'running' },
  },
  {
    name: 'COMPLETED',
    source: queue,
    operation: 'generation.status',
    body: (jobId) => ({
      status: 'COMPLETED',
      ...drawing(jobId),
      logs: null,
      metrics: { inference_time: null },
    }),
    reads: { state: 'succeeded', images: 1 },
  },
  {
    name: 'COMPLETED with an error',
    source: requestErrors,
    operation: 'generation.status',
    body: (jobId) => ({
      status: 'COMPLETED',
      ...drawing(jobId),
      logs: null,
      metrics: { inference_time: null },
      error: 'Invalid status code: 422',
      error_type: 'content_policy_violation',
    }),
    reads: { state: 'failed', error: 'content-blocked' },
    provokedBy: { type: 'job-blocked' },
  },
  {
    name: 'a request that fal does not know',
    source: wire,
    operation: 'generation.status',
    status: 404,
    body: { status: 'NOT_FOUND' },
    reads: { state: 'expired' },
    provokedBy: { type: 'not-found' },
  },
  {
    name: 'a result that is asked for too early',
    source: wire,
    operation: 'generation.result',
    status: 400,
    body: { detail: 'Request is still in progress' },
    reads: { state: 'running' },
    notEmulated: 'the adapter asks for no result before the job has ended',
  },
  {
    name: 'pictures of flux-lora',
    source: { document: 'fal-js libs/client/src/types/endpoints.ts, fal-ai/flux-lora (output)', date: '2026-08-02' },
    operation: 'generation.result',
    body: {
      images: [{ url: 'https://v3.fal.media/files/a.jpg', width: 1024, height: 768, content_type: 'image/jpeg' }],
      timings: {},
      seed: 0,
      has_nsfw_concepts: [false],
      prompt: '',
    },
    reads: { state: 'succeeded', images: 1 },
  },
  {
    name: 'a picture that the safety checker blacked out',
    source: modelErrors,
    operation: 'generation.result',
    body: {
      images: [{ url: 'https://v3.fal.media/files/a.jpg', width: 1024, height: 768, content_type: 'image/jpeg' }],
      timings: {},
      seed: 0,
      has_nsfw_concepts: [true],
      prompt: '',
    },
    reads: { state: 'failed', error: 'content-blocked' },
  },
  {
    name: 'the result of flux-lora-fast-training',
    source: { document: 'github.com/fal-ai/fal-js/issues/135 (without the folders of its URLs)', date: '2026-11' },
    operation: 'fine-tune.result',
    body: {
      diffusers_lora_file: {
        url: 'https://v3.fal.media/files/pytorch_lora_weights.safetensors',
        content_type: 'application/octet-stream',
        file_size: 89745224,
      },
      config_file: { url: 'https://v3.fal.media/files/config.json' },
    },
    reads: { state: 'succeeded', weights: 'https://v3.fal.media/files/pytorch_lora_weights.safetensors' },
  },
  {
    name: 'a result that replays what the model refused',
    source: webhooks,
    operation: 'generation.result',
    status: 422,
    body: { detail: [contentPolicy] },
    reads: { state: 'failed', error: 'content-blocked' },
    provokedBy: { type: 'content-blocked' },
  },
  {
    name: 'a field that is refused',
    source: modelErrors,
    operation: 'generation.submit',
    status: 422,
    body: { detail: [{ loc: ['body', 'prompt'], msg: '', type: 'missing', url: '' }] },
    reads: { rejected: 'invalid-request' },
    provokedBy: { type: 'invalid-field' },
  },
  {
    name: 'fal itself failed',
    source: requestErrors,
    operation: 'generation.submit',
    status: 503,
    headers: { 'content-type': 'application/json', 'x-fal-error-type': 'runner_scheduling_failure' },
    body: { detail: '', error_type: 'runner_scheduling_failure' },
    reads: { rejected: 'unavailable' },
    provokedBy: { type: 'unavailable' },
  },
  {
    name: 'a key that is not valid',
    source: wire,
    operation: 'fine-tune.submit',
    status: 401,
    body: { detail: 'invalid key credentials' },
    reads: { rejected: 'authentication' },
    provokedBy: { type: 'unauthorized' },
  },
  {
    name: 'an account that is locked',
    source: { document: 'answers as several public repositories recorded them', date: '2026' },
    operation: 'generation.submit',
    status: 403,
    body: {
      detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
    },
    reads: { rejected: 'insufficient-credits' },
    provokedBy: { type: 'insufficient-credits' },
  },
]
