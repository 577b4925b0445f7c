import type { Fixture } from '@likeness/testkit'

// Answers of the real Segmind. Where a document gives a field and its type and no value, the plainest value stands.

const submit = { document: 'docs.segmind.com, Flux Pro fine-tuning API', date: '2026' }
const details = { document: 'docs.segmind.com, Fast Flux fine-tuning API', date: '2026' }
const asynchronous = { document: 'docs.segmind.com, async inference', date: '2026-08' }
const captured = { document: 'v2 answers as a public client captured them', date: '2026-08-02' }
const errors = { document: 'docs.segmind.com, serverless API (errors)', date: '2026-08-27' }

const uuid = '40174048-1b49-48f3-ad7e-8384098f22d2'
const moment = '2026-01-01T00:00:00.000Z'

const record = (id: string) => ({
  id,
  finetune_id: id,
  name: '',
  data_source_path: '',
  instance_prompt: '',
  source_type: 'AWS_S3',
  base_model: 'FAST_FLUX',
  slug: '40174048-1b49-48f3-ad7e-8384098f22d2-mybmwlora',
  public_model: false,
  error_message: null,
  cloud_storage_url: null,
  created_ts: moment,
  updated_ts: moment,
})

/** What the adapter must be able to read, and the emulator must answer alike. */
export const segmindFixtures: readonly Fixture[] = [
  {
    name: 'a training that was accepted',
    source: submit,
    operation: 'fine-tune.submit',
    body: { status: 'REQUESTED', finetune_id: uuid, name: '' },
    reads: { started: uuid },
  },
  {
    name: 'a training that was accepted, as the Qwen page has it',
    source: { document: 'docs.segmind.com, Qwen fine-tuning API', date: '2026' },
    operation: 'fine-tune.submit',
    body: { status: 'REQUESTED', request_id: uuid, name: '' },
    reads: { started: uuid },
    absent: { request_id: 'only Qwen’s page has it; the others say finetune_id' },
  },
  ...(
    [
      ['DATA_PROCESSING', 'running'],
      ['TRAINING_INITIATED', 'running'],
      ['TRAINING_COMPLETED', 'deploying'],
      ['DEPLOYING', 'deploying'],
    ] as const
  ).map(
    ([status, state]): Fixture => ({
      name: `details of a training in ${status}`,
      source: { document: 'docs.segmind.com, webhooks (states)', date: '2025-10-29' },
      operation: 'fine-tune.status',
      body: (id) => ({ finetune: { ...record(id), status } }),
      reads: { state },
    }),
  ),
  {
    name: 'details of a training that is AVAILABLE',
    source: details,
    operation: 'fine-tune.status',
    body: (id) => ({ finetune: { ...record(id), status: 'AVAILABLE' } }),
    reads: { state: 'succeeded' },
  },
  {
    name: 'details of a training that FAILED',
    source: { document: 'a public trainer worker of the LoRA service', date: '2026-11' },
    operation: 'fine-tune.status',
    body: (id) => ({
      finetune: {
        ...record(id),
        status: 'FAILED',
        error_message: 'Looks like empty dataset. Please do not create subfolders, only zip the images',
      },
    }),
    reads: { state: 'failed', error: 'job-failed' },
    provokedBy: { type: 'job-failed' },
  },
  {
    name: 'a v2 generation that was accepted',
    source: asynchronous,
    operation: 'generation.submit',
    body: {
      request_id: uuid,
      status: 'QUEUED',
      poll_url: `https://api.segmind.com/v1/requests/${uuid}`,
      status_url: `https://api.segmind.com/v2/requests/${uuid}/status`,
      response_url: `https://api.segmind.com/v2/requests/${uuid}`,
    },
    reads: { started: uuid },
  },
  {
    name: 'QUEUED',
    source: asynchronous,
    operation: 'generation.status',
    body: (id) => ({ status: 'QUEUED', request_id: id, metrics: {} }),
    reads: { state: 'queued' },
  },
  {
    name: 'PROCESSING',
    source: asynchronous,
    operation: 'generation.status',
    body: (id) => ({ status: 'PROCESSING', request_id: id, metrics: {} }),
    reads: { state: 'running' },
  },
  {
    name: 'FAILED, which is HTTP 422',
    source: captured,
    operation: 'generation.status',
    status: 422,
    body: {
      error: 'Prompt is required for video generation.',
      metrics: { inference_time: 0, queue_time: 0 },
      status: 'FAILED',
    },
    reads: { state: 'failed', error: 'job-failed' },
    provokedBy: { type: 'job-failed' },
  },
  {
    name: 'a result with pictures',
    source: asynchronous,
    operation: 'generation.result',
    body: {
      status: 'COMPLETED',
      metrics: { inference_time: 0, queue_time: 0, total_time: 0, cost: 0.05, remaining_credits: 0 },
      output: 'https://images.segmind.com/generations/a.jpeg',
      images: [{ url: 'https://images.segmind.com/generations/a.jpeg', content_type: 'image/jpeg', file_size: '0' }],
      timings: {},
      seed: 0,
      prompt: '',
    },
    reads: { state: 'succeeded', images: 1, cost: 50_000_000 },
  },
  {
    name: 'a result that a client saw live: output alone',
    source: { document: 'one live v2 call in a public feature document', date: '2026' },
    operation: 'generation.result',
    body: {
      status: 'COMPLETED',
      metrics: { cost: 0.05 },
      output: 'https://images.segmind.com/generations/a.jpeg',
    },
    reads: { state: 'succeeded', images: 1, cost: 50_000_000 },
  },
  {
    name: 'no credits',
    source: captured,
    operation: 'generation.submit',
    status: 402,
    body: { error: 'Insufficient credits. You have 0.0 credits.' },
    reads: { rejected: 'insufficient-credits' },
    provokedBy: { type: 'insufficient-credits' },
  },
  {
    name: 'a key that is not valid',
    source: errors,
    operation: 'fine-tune.submit',
    status: 401,
    body: { error: 'Unauthorized. API key is invalid or may have expired...' },
    reads: { rejected: 'authentication' },
    provokedBy: { type: 'unauthorized' },
  },
  {
    name: 'a request that is no longer kept',
    source: errors,
    operation: 'generation.status',
    status: 404,
    body: (id) => ({ error: `Request ${id} not found` }),
    reads: { state: 'expired' },
    provokedBy: { type: 'not-found' },
  },
  {
    name: 'credits',
    source: { document: 'docs.segmind.com, account and billing APIs', date: '2026' },
    operation: 'account',
    body: { credits: 0, 'free-credits': 0 },
    reads: { balance: 0 },
  },
]
