import type { Fixture } from '@likeness/testkit'

// Answers of the real Astria. Where a document gives a field and its type and no value, the plainest value stands.

const tuneSample = { document: 'https://docs.astria.ai/docs/api/tune/create (sample)', date: '2026-08-21' }
const tuneRecorded = {
  document: 'fields of just created tunes as public clients recorded them; values of the documented sample',
  date: '2024-06',
}
const promptRecorded = { document: 'fields of prompts as astriaai/imagine and others recorded them', date: '2024-10' }
const refusals = { document: 'error bodies as public clients logged them', date: '2025-10' }
const plugin = { document: 'astriaai/photopea-nano-banana, plugin/src (mock of the API)', date: '2026-09' }

const photo = 'https://sdbooth2-production.s3.amazonaws.com/mock'

/** Complete, as documented: the training is done. */
const trained = {
  id: 1,
  title: 'John Doe - UUID - 1234-6789-1234-56789',
  name: 'woman',
  token: 'ohwx',
  base_tune_id: null,
  args: null,
  steps: null,
  face_crop: null,
  training_face_correct: false,
  ckpt_url: photo,
  ckpt_urls: [photo],
  eta: '2023-10-02T14:32:40.363Z',
  trained_at: '2023-10-02T14:32:40.363Z',
  started_training_at: '2023-10-02T14:32:05.229Z',
  expires_at: '2023-11-01T14:32:40.363Z',
  created_at: '2023-10-02T14:32:05.067Z',
  branch: 'sdxl1',
  model_type: 'lora',
  updated_at: '2023-10-02T14:32:40.363Z',
  url: 'https://www.astria.ai/tunes/788416.json',
  orig_images: Array.from({ length: 10 }, () => photo),
}

const untrained = {
  ...trained,
  is_api: true,
  callback: null,
  ckpt_url: null,
  ckpt_urls: [],
  trained_at: null,
  started_training_at: null,
  expires_at: null,
}

const prompt = {
  callback: null,
  text: '<lora:1:1.0> ohwx woman holding flowers',
  negative_prompt: '',
  cfg_scale: '3.0',
  steps: null,
  seed: null,
  tune_id: 1504944,
  num_images: 1,
  super_resolution: false,
  controlnet_txt2img: false,
  ar: '1:1',
  controlnet_conditioning_scale: null,
  denoising_strength: null,
  style: null,
  trained_at: null,
  started_training_at: null,
  created_at: '2023-10-02T14:32:05.067Z',
  updated_at: '2023-10-02T14:32:05.067Z',
}

const drawn = { started_training_at: '2023-10-02T14:32:05.229Z', trained_at: '2023-10-02T14:32:40.363Z' }
const urlOf = (id: string) => `https://api.astria.ai/tunes/1504944/prompts/${id}.json`
const picture = 'https://mp.astria.ai/aaaaaaaaaaaaaaaaaaaaaaaaaaaa'

/** What the adapter must be able to read, and the emulator must answer alike. */
export const astriaFixtures: readonly Fixture[] = [
  {
    name: 'a tune that was just created',
    source: tuneRecorded,
    operation: 'fine-tune.submit',
    status: 201,
    body: untrained,
    reads: { started: '1' },
  },
  {
    name: 'a tune that waits',
    source: tuneRecorded,
    operation: 'fine-tune.status',
    body: (id) => ({ ...untrained, id: Number(id) }),
    at: '2023-10-02T14:32:05.100Z',
    reads: { state: 'queued' },
  },
  {
    name: 'a tune in training',
    source: tuneRecorded,
    operation: 'fine-tune.status',
    body: (id) => ({ ...untrained, id: Number(id), started_training_at: trained.started_training_at }),
    at: '2023-10-02T14:32:10.000Z',
    reads: { state: 'running' },
  },
  {
    name: 'the documented tune',
    source: tuneSample,
    operation: 'fine-tune.status',
    body: (id) => ({ ...trained, id: Number(id) }),
    at: '2023-10-02T14:33:00.000Z',
    reads: { state: 'succeeded' },
  },
  {
    name: 'the documented tune, a month later',
    source: tuneSample,
    operation: 'fine-tune.status',
    body: (id) => ({ ...trained, id: Number(id) }),
    at: '2023-11-02T00:00:00.000Z',
    reads: { state: 'expired' },
  },
  {
    name: 'a prompt that waits',
    source: promptRecorded,
    operation: 'generation.status',
    body: (id) => ({ ...prompt, id: Number(id), url: urlOf(id), images: [] }),
    reads: { state: 'queued' },
  },
  {
    name: 'a prompt with its picture',
    source: promptRecorded,
    operation: 'generation.status',
    body: (id) => ({ ...prompt, ...drawn, id: Number(id), url: urlOf(id), images: [picture] }),
    reads: { state: 'succeeded', images: 1 },
  },
  {
    name: 'a prompt that ran twice: started after it was trained',
    source: promptRecorded,
    operation: 'generation.status',
    body: (id) => ({
      ...prompt,
      started_training_at: drawn.trained_at,
      trained_at: drawn.started_training_at,
      id: Number(id),
      url: urlOf(id),
      images: [picture],
    }),
    reads: { state: 'succeeded', images: 1 },
  },
  {
    name: 'a prompt that failed',
    source: plugin,
    operation: 'generation.status',
    body: (id) => ({ ...prompt, ...drawn, id: Number(id), url: urlOf(id), images: [], user_error: 'x' }),
    reads: { state: 'failed', error: 'job-failed' },
    provokedBy: { type: 'job-failed' },
  },
  {
    name: 'a key that is not valid',
    source: plugin,
    operation: 'fine-tune.submit',
    status: 401,
    body: 'HTTP Token: Access denied.\n',
    reads: { rejected: 'authentication' },
    provokedBy: { type: 'unauthorized' },
  },
  {
    name: 'a tune that is gone',
    source: plugin,
    operation: 'fine-tune.status',
    status: 404,
    body: { status: 404, error: 'Not Found' },
    reads: { rejected: 'not-found' },
    provokedBy: { type: 'not-found' },
  },
  {
    name: 'a tune without images',
    source: refusals,
    operation: 'fine-tune.submit',
    status: 422,
    body: { images: ['must contain at least one image'] },
    reads: { rejected: 'invalid-request' },
    notEmulated: 'the adapter never sends a tune without images',
  },
  {
    name: 'a class name that is refused',
    source: refusals,
    operation: 'fine-tune.submit',
    status: 422,
    body: { name: ['only English letters, numbers and spaces allowed'] },
    reads: { rejected: 'invalid-request' },
    provokedBy: { type: 'invalid-field' },
  },
  {
    name: 'a forbidden word',
    source: plugin,
    operation: 'generation.submit',
    status: 422,
    body: { text: ['contains a forbidden word'] },
    reads: { rejected: 'content-blocked' },
    provokedBy: { type: 'content-blocked' },
  },
]
