import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { photos } from '../../test/photos.js'
import { emulate } from '../core/emulator.js'
import type { VirtualClock } from '../core/virtual-clock.js'
import { createVirtualClock } from '../core/virtual-clock.js'
import { astria } from './index.js'

/** What the tests read of answers. */
interface Wire {
  id: number
  slug: string
  title: string
  text: string
  branch: string
  token: string
  url: string
  cost_mc: number
  tune_id: number
  created_at: string
  eta: string
  started_training_at: string | null
  trained_at: string | null
  expires_at: string
  base_tune_id: number
  base: string[]
  user_error: string | null
  is_multiperson: boolean
  images: string[]
  orig_images: string[]
  prompts: Wire[]
}

interface Received {
  readonly url: string
  readonly body: { tune?: Partial<Wire>; prompt?: Partial<Wire> }
  readonly headers: Headers
}

const day = 24 * 60 * 60 * 1000
const usd = 1_000_000_000
const flux = 1504944

function start(clock: VirtualClock, received: Received[]) {
  return emulate(
    { astria },
    {
      clock,
      deliver: async (request) => {
        received.push({ url: request.url, body: (await request.json()) as Received['body'], headers: request.headers })
        return new Response(null, { status: 200 })
      },
    },
  )
}

let clock: VirtualClock
let received: Received[]
let emulator: ReturnType<typeof start>
let pictures: Buffer[]

beforeEach(async () => {
  clock = createVirtualClock()
  received = []
  emulator = start(clock, received)
  pictures = await photos(4)
})
afterEach(async () => await emulator.close())

const control = () => emulator.vendors.astria

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const { baseURL, apiKey } = emulator.endpoints.astria
  const isForm = body instanceof FormData
  return await emulator.fetch(`${baseURL}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  })
}

function tuneForm(fields: Record<string, string> = {}): FormData {
  const form = new FormData()
  const all = { title: 'subject 1', name: 'man', base_tune_id: String(flux), model_type: 'lora', ...fields }
  for (const [name, value] of Object.entries(all))
    form.append(name.includes('[') ? `tune${name}` : `tune[${name}]`, value)
  for (const [index, bytes] of pictures.entries())
    form.append('tune[images][]', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), `${index}.jpg`)
  return form
}

async function train(fields: Record<string, string> = {}): Promise<Wire> {
  const response = await call('POST', '/tunes', tuneForm(fields))
  expect(response.status).toBe(201)
  return (await response.json()) as Wire
}

async function trained(fields: Record<string, string> = {}): Promise<Wire> {
  const { id } = await train(fields)
  await clock.advance(10_000)
  return await read(`/tunes/${id}`)
}

async function read<Reply = Wire>(path: string): Promise<Reply> {
  const response = await call('GET', path)
  expect(response.status).toBe(200)
  return (await response.json()) as Reply
}

async function prompt(tuneId: number, fields: Record<string, unknown>): Promise<Wire> {
  const response = await call('POST', `/tunes/${tuneId}/prompts`, { prompt: fields })
  expect([response.status, response.status === 201 ? '' : await response.text()]).toEqual([201, ''])
  return (await response.json()) as Wire
}

async function done(id: number): Promise<Wire> {
  await clock.advance(20_000)
  return await read(`/prompts/${id}`)
}

async function picture(url: string): Promise<Buffer> {
  const redirect = await emulator.fetch(url)
  expect(redirect.status).toBe(302)
  const file = await emulator.fetch(redirect.headers.get('location') ?? '')
  expect(file.headers.get('content-type')).toBe('image/jpeg')
  return Buffer.from(await file.arrayBuffer())
}

describe('access', () => {
  it('refuses a missing or wrong key in plain text', async () => {
    for (const authorization of ['', 'Bearer sd_wrong', `Basic ${emulator.endpoints.astria.apiKey}`]) {
      const response = await call('GET', '/tunes', undefined, { authorization })
      expect([response.status, response.headers.get('content-type')]).toEqual([401, 'text/plain; charset=utf-8'])
      expect(await response.text()).toBe('HTTP Token: Access denied.\n')
    }
  })

  it('answers 404 in JSON', async () => {
    for (const path of ['/tunes/1', '/prompts/1', '/tunes/1/prompts', '/nowhere']) {
      const response = await call('GET', path)
      expect([response.status, await response.json()]).toEqual([404, { status: 404, error: 'Not Found' }])
    }
  })

  it('shows the balance in millicents', async () => {
    control().setBalance(12.5 * usd)
    expect(await read('/users')).toMatchObject({ usd_balance_mc: 1_250_000 })
  })
})

describe('tunes', () => {
  it('are created with nulls and an eta, then trained, then kept for 30 days', async () => {
    const created = await train({ callback: 'https://app.test/hook?token=t' })
    expect(created).toMatchObject({
      title: 'subject 1',
      name: 'man',
      branch: 'flux1',
      model_type: 'lora',
      token: 'ohwx',
      is_api: true,
      started_training_at: null,
      trained_at: null,
      expires_at: null,
      ckpt_url: null,
      ckpt_urls: [],
      steps: null,
    })
    expect(created.orig_images).toHaveLength(4)
    expect(Date.parse(created.eta)).toBeGreaterThan(Date.parse(created.created_at))
    expect(created.url).toBe(`${emulator.endpoints.astria.baseURL}/tunes/${created.id}.json`)

    await clock.advance(400)
    const training = await read(`/tunes/${created.id}.json`)
    expect(training.started_training_at).not.toBeNull()
    expect(training.trained_at).toBeNull()

    await clock.advance(10_000)
    const finished = await read(`/tunes/${created.id}`)
    expect(Date.parse(finished.expires_at) - Date.parse(finished.trained_at ?? '')).toBe(30 * day)
    expect(received).toHaveLength(1)
    expect(received[0]?.url).toBe('https://app.test/hook?token=t')
    expect(Object.keys(received[0]?.body ?? {})).toEqual(['tune'])
    expect(received[0]?.body.tune).toMatchObject({ id: created.id, title: 'subject 1', trained_at: null })
    expect(received[0]?.body.tune).not.toHaveProperty('orig_images')

    await clock.advance(30 * day)
    expect((await call('GET', `/tunes/${created.id}`)).status).toBe(404)
    expect(await read('/tunes')).toEqual([])
  })

  it('live on for another paid month with auto_extend', async () => {
    const { id } = await trained({ auto_extend: 'true' })
    await clock.advance(31 * day)
    expect((await call('GET', `/tunes/${id}`)).status).toBe(200)
    expect(control().invoice.map(({ amount }) => amount)).toEqual([1.5 * usd * (400 / 300), 0.5 * usd])
  })

  it('note every uploaded file by hash', async () => {
    await train()
    expect(control().journal[0]).toMatchObject({ operation: 'fine-tune.submit', paid: true, accepted: true })
    expect(control().journal[0]?.files.map(({ field, width }) => [field, width])).toEqual(
      Array(4).fill(['tune[images][]', 640]),
    )
  })

  it('fetch image_urls during the request', async () => {
    const { orig_images } = await train()
    const response = await call('POST', '/tunes', {
      tune: { title: 'by url', name: 'man', branch: 'flux1', image_urls: orig_images },
    })
    expect(response.status).toBe(201)
    expect(control().journal[1]?.files).toHaveLength(4)
    const unreachable = await call('POST', '/tunes', {
      tune: { title: 'public', name: 'man', branch: 'flux1', image_urls: ['https://images.example.com/1.jpg'] },
    })
    expect(unreachable.status).toBe(422)
    expect(await unreachable.json()).toHaveProperty('images')
  })

  it.each([
    [{ name: 'young_man' }, { name: ['only English letters, numbers and spaces allowed'] }],
    [{ name: '' }, { name: ["can't be blank"] }],
    [{ title: '' }, { title: ["can't be blank"] }],
    [{ branch: 'sd21' }, { branch: ['is not included in the list'] }],
    [{ base_tune_id: '42' }, { base_tune: ['must exist'] }],
    [{ callback: 'https://app.test/{TUNE_ID}' }, { callback: ['is not a valid URL'] }],
    [{ preset: 'flux-lora-slow' }, { preset: ['is not included in the list'] }],
  ])('refuse %j', async (fields, errors) => {
    const response = await call('POST', '/tunes', tuneForm(fields as Record<string, string>))
    expect([response.status, await response.json()]).toEqual([422, errors])
    expect(control().jobs).toEqual([])
    expect(control().invoice).toEqual([])
  })

  it('refuse what is no image', async () => {
    const base64 = { tune: { title: 'a', name: 'man', images: ['aGVsbG8='] } }
    const none = await call('POST', '/tunes', base64)
    expect([none.status, await none.json()]).toEqual([422, { images: ['must contain at least one image'] }])
    const form = tuneForm()
    form.append('tune[images][]', new Blob(['%PDF-1.7']), 'scan.jpg')
    const pdf = await call('POST', '/tunes', form)
    expect([pdf.status, await pdf.json()]).toEqual([422, { images: ['scan.jpg is not a valid image'] }])
  })

  it('take caption files beside the images', async () => {
    const form = tuneForm()
    form.append('tune[images][]', new Blob(['ohwx man outdoors'], { type: 'text/plain' }), '0.txt')
    const response = await call('POST', '/tunes', form)
    expect(response.status).toBe(201)
    expect(((await response.json()) as Wire).orig_images).toHaveLength(4)
  })

  it('are changed, deleted with 204, and then gone', async () => {
    const { id } = await train()
    const changed = await call('PATCH', `/tunes/${id}`, { tune: { title: 'new', auto_extend: true } })
    expect(await changed.json()).toMatchObject({ id, title: 'new', auto_extend: true })
    const removed = await call('DELETE', `/tunes/${id}`)
    expect([removed.status, await removed.text()]).toEqual([204, ''])
    expect((await call('DELETE', `/tunes/${id}`)).status).toBe(404)
  })

  it('are listed newest first, in pages, filtered', async () => {
    for (let index = 0; index < 25; index += 1) await train({ title: `t${index}`, name: index % 2 ? 'man' : 'cat' })
    const first = await read<Wire[]>('/tunes')
    expect(first).toHaveLength(20)
    const next = await read<Wire[]>(`/tunes?before_id=${first.at(-1)?.id}`)
    expect(next.map(({ title }) => title)).toEqual(['t4', 't3', 't2', 't1', 't0'])
    expect(await read('/tunes?limit=500&name[]=cat')).toHaveLength(13)
    expect(await read('/tunes?title=t24')).toMatchObject([{ title: 't24' }])
    expect(await read('/tunes?model_type=faceid')).toEqual([])
    const deep = await call('GET', '/tunes?offset=201')
    expect(deep.status).toBe(400)
    expect(JSON.stringify(await deep.json())).toContain('before_id')
  })

  it('with the idempotency switch answer an equal title once', async () => {
    const [first, second] = [await train(), await train()]
    expect(second.id).not.toBe(first.id)
    control().settings.idempotency = true
    const again = await Promise.all([train({ title: 'same' }), train({ title: 'same' }), train({ title: 'same' })])
    expect(new Set(again.map(({ id }) => id)).size).toBe(1)
    expect(control().invoice).toHaveLength(3)
  })

  it('with the idempotency switch stay one while their images are still being fetched', async () => {
    const { orig_images } = await train()
    control().settings.idempotency = true
    const tune = { title: 'same', name: 'man', branch: 'flux1', image_urls: orig_images }
    const answers = await Promise.all([1, 2, 3].map(async () => await call('POST', '/tunes', { tune })))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Wire).id))
    expect(new Set(ids).size).toBe(1)
    expect(control().invoice).toHaveLength(2)
  })

  it('of type faceid need no training and call nobody back', async () => {
    const { id, trained_at } = await train({ model_type: 'faceid', callback: 'https://app.test/hook' })
    expect(trained_at).not.toBeNull()
    await clock.advance(60_000)
    expect(received).toEqual([])
    const { text } = await prompt(id, { text: 'portrait' })
    expect(text).toBe(`<faceid:${id}:1.0> portrait`)
  })

  it('say nothing when their training fails', async () => {
    control().fault({ operation: 'fine-tune.submit', fault: { type: 'job-failed' } })
    const { id } = await train({ callback: 'https://app.test/hook' })
    await clock.advance(day)
    expect(await read(`/tunes/${id}`)).toMatchObject({ trained_at: null })
    expect(received).toEqual([])
    expect(control().invoice).toMatchObject([{ status: 'refunded' }])
  })

  it('are paid by the step', async () => {
    const portrait = await train({ preset: 'flux-lora-portrait' })
    expect(portrait.cost_mc).toBe(150_000)
    pictures = await photos(15)
    expect(await train({ preset: 'flux-lora-fast' })).toMatchObject({ cost_mc: 202_500 })
    expect(control().invoice.map(({ amount }) => amount)).toEqual([1.5 * usd, 2.025 * usd])
  })

  it('are refused without money', async () => {
    control().setBalance(usd)
    const response = await call('POST', '/tunes', tuneForm({ preset: 'flux-lora-portrait' }))
    expect(response.status).toBe(422)
    expect(((await response.json()) as Wire).base[0]).toMatch(/not enough balance/i)
    expect(control().invoice).toEqual([])
  })
})

describe('prompts', () => {
  it('under a LoRA tune are stored under the base model, with the tag', async () => {
    const tune = await trained()
    const created = await prompt(tune.id, { text: 'ohwx man at sea', num_images: 2, cfg_scale: 3 })
    expect(created).toMatchObject({
      tune_id: flux,
      text: `<lora:${tune.id}:1.0> ohwx man at sea`,
      url: `${emulator.endpoints.astria.baseURL}/tunes/${flux}/prompts/${created.id}.json`,
      cfg_scale: '3.0',
      negative_prompt: '',
      images: [],
      trained_at: null,
      user_error: null,
      cost_mc: 6_000,
    })
    const finished = await done(created.id)
    expect(finished.images).toHaveLength(2)
    expect(control().jobs.at(-1)?.appliedFineTunes).toEqual([String(tune.id)])
    for (const path of [`/tunes/${tune.id}/prompts`, `/tunes/${flux}/prompts`, '/prompts'])
      expect((await read<Wire[]>(path)).map(({ id }) => id)).toEqual([created.id])
    for (const path of [`/tunes/${tune.id}/prompts/${created.id}`, `/tunes/${flux}/prompts/${created.id}.json`])
      expect(await read(path)).toMatchObject({ id: created.id })
    expect((await call('GET', `/tunes/690204/prompts/${created.id}`)).status).toBe(404)
  })

  it('apply what their tags name, and nothing without', async () => {
    const [one, two] = [await trained(), await trained({ title: 'second' })]
    const both = await done(
      (await prompt(flux, { text: `<lora:${one.id}:0.9> <lora:${two.id}:0.7> two men`, num_images: 1 })).id,
    )
    const named = await done((await prompt(flux, { text: '<lora:second:1> ohwx man', num_images: 1 })).id)
    const plain = await done((await prompt(flux, { text: 'a man', num_images: 1 })).id)
    const applied = control()
      .jobs.filter(({ kind }) => kind === 'generation')
      .map((job) => job.appliedFineTunes)
    expect(applied).toEqual([[String(one.id), String(two.id)], [String(two.id)], []])
    expect([both.is_multiperson, named.is_multiperson, plain.is_multiperson]).toEqual([true, false, false])
  })

  it('answer, report and bill alike however faithful their pictures are', async () => {
    const { id } = await trained()
    const pictures: Buffer[] = []
    const answers: unknown[] = []
    for (const fidelity of ['faithful', 'half', 'dropped'] as const) {
      control().settings.subjectFidelity = fidelity
      const answer = await done((await prompt(id, { text: 'ohwx man', num_images: 1, seed: 3 })).id)
      pictures.push(await picture(answer.images[0] ?? ''))
      const { text, negative_prompt, seed, cfg_scale, cost_mc, user_error, images } = {
        seed: 0,
        cfg_scale: '',
        negative_prompt: '',
        ...answer,
      }
      answers.push({ text, negative_prompt, seed, cfg_scale, cost_mc, user_error, images: images.length })
    }
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
    expect(new Set(pictures.map((bytes) => bytes.toString('base64'))).size).toBe(3)
    const generations = control().jobs.filter(({ kind }) => kind === 'generation')
    expect(generations.map((job) => job.appliedFineTunes)).toEqual([[String(id)], [String(id)], []])
    const bills = control().invoice.filter(({ kind }) => kind === 'generation')
    expect(bills.map(({ amount, status }) => [amount, status])).toEqual(Array(3).fill([bills[0]?.amount, 'billed']))
  })

  it('read a tag without a weight as full strength, and weight 0 as not applied', async () => {
    const { id } = await trained()
    await done((await prompt(flux, { text: `<lora:${id}> ohwx man`, num_images: 1 })).id)
    await done((await prompt(flux, { text: `<lora:${id}:0> ohwx man`, num_images: 1 })).id)
    expect(
      control()
        .jobs.slice(1)
        .map((job) => job.appliedFineTunes),
    ).toEqual([[String(id)], []])
  })

  it('show the training photos when, and only when, the LoRA was applied', async () => {
    const tune = await trained()
    const ask = async (text: string) =>
      await done((await prompt(flux, { text, num_images: 1, seed: 7, w: 512, h: 520 })).id)
    const [applied, again, standIn] = [
      await ask(`<lora:${tune.id}:1> ohwx man`),
      await ask(`<lora:${tune.id}:1> ohwx man`),
      await ask('ohwx man'),
    ]
    const bytes = await Promise.all([applied, again, standIn].map(({ images }) => picture(images[0] ?? '')))
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true)
    expect(bytes[0]?.equals(bytes[2] ?? Buffer.alloc(0))).toBe(false)
    // Multiples of 8 are accepted, and drawn in multiples of 32.
    expect(await sharp(bytes[0]).metadata()).toMatchObject({ width: 512, height: 512, format: 'jpeg' })
  })

  it('wait until their tune is trained', async () => {
    const tune = await train()
    const { id } = await prompt(flux, { text: `<lora:${tune.id}:1> ohwx man`, num_images: 1 })
    await clock.advance(1_000)
    expect(await read(`/prompts/${id}`)).toMatchObject({ started_training_at: null, images: [] })
    expect((await done(id)).images).toHaveLength(1)
  })

  it('nested in a tune come back with it, need no tag, and call back', async () => {
    const tune = await train({
      '[prompts_attributes][][text]': 'ohwx man with {{eye_color}} eyes',
      '[prompts_attributes][][callback]': 'https://app.test/prompt',
      '[prompts_attributes][][num_images]': '1',
      '[characteristics][eye_color]': 'green',
      prompts_callback: 'https://app.test/all',
    })
    expect(tune.prompts).toMatchObject([{ text: `<lora:${tune.id}:1.0> ohwx man with green eyes`, tune_id: flux }])
    await clock.advance(20_000)
    const urls = received.map(({ url }) => url)
    expect(urls).toEqual(['https://app.test/prompt', 'https://app.test/all'])
    expect(received[1]?.body).toMatchObject([{ id: tune.prompts[0]?.id }])
    const form = tuneForm({
      '[prompts_attributes][][text]': 'ohwx man',
      '[prompts_attributes][][negative_prompt]': 'hat',
    })
    const refused = await call('POST', '/tunes', form)
    expect(await refused.json()).toHaveProperty(['prompts.negative_prompt'])
  })

  it('call back once, wrapped, reduced and unsigned', async () => {
    const { id } = await prompt(flux, { text: 'a man', num_images: 1, callback: 'https://app.test/hook', seed: 3 })
    await clock.advance(20_000)
    expect(received).toHaveLength(1)
    expect(Object.keys(received[0]?.body.prompt ?? {}).sort()).toEqual(
      [
        'created_at',
        'id',
        'images',
        'negative_prompt',
        'started_training_at',
        'steps',
        'text',
        'trained_at',
        'tune_id',
        'updated_at',
      ].sort(),
    )
    expect(received[0]?.body.prompt).toMatchObject({ id, tune_id: flux })
    expect([...(received[0]?.headers.keys() ?? [])].filter((name) => /sign|auth/.test(name))).toEqual([])
  })

  it.each([
    [{ text: '' }, { text: ["can't be blank"] }],
    [{ text: 'a', negative_prompt: 'hat' }, { negative_prompt: ['is not supported for Flux'] }],
    [{ text: 'a', cfg_scale: 5 }, { cfg_scale: ['must be less than 5 for Flux'] }],
    [{ text: 'a', num_images: 9 }, { num_images: ['must be less than or equal to 8'] }],
    [{ text: 'a', w: 500 }, { w: ['must be a multiple of 8'] }],
    [{ text: 'a', seed: -1 }, { seed: ['must be greater than or equal to 0'] }],
    [{ text: 'a', inpaint_faces: true }, { inpaint_faces: ['requires super_resolution'] }],
    [{ text: 'a', controlnet: 'pose' }, { input_image: ['is missing'] }],
    [{ text: '<lora:99:1> a' }, { text: ['lora 99 was not found'] }],
    [{ text: 'a', aspect_ratio: '1:3' }, { aspect_ratio: ['is not included in the list'] }],
  ])('refuse %j', async (fields, errors) => {
    const response = await call('POST', `/tunes/${flux}/prompts`, { prompt: fields })
    expect([response.status, await response.json()]).toEqual([422, errors])
    expect(control().invoice).toEqual([])
  })

  it('may say what they like on other models', async () => {
    await prompt(690204, { text: 'a', negative_prompt: 'hat', cfg_scale: 9 })
  })

  it('with the idempotency switch are made once per set of attributes', async () => {
    control().settings.idempotency = true
    const first = await prompt(flux, { text: 'a', seed: 1 })
    expect(await prompt(flux, { text: 'a', seed: 1, cfg_scale: null })).toMatchObject({ id: first.id })
    expect((await prompt(flux, { text: 'a', seed: 2 })).id).not.toBe(first.id)
    expect(control().invoice).toHaveLength(2)
  })

  it('end with user_error and no images when they fail', async () => {
    control().fault({ fault: { type: 'job-failed', message: 'no face found' } })
    const { id } = await prompt(flux, { text: 'a', callback: 'https://app.test/hook' })
    expect(await done(id)).toMatchObject({ user_error: 'no face found', images: [] })
    expect((await done(id)).trained_at).not.toBeNull()
    expect(received).toMatchObject([{ body: { prompt: { id, images: [] } } }])
    expect(control().invoice).toMatchObject([{ status: 'refunded' }])
  })

  it('are copied, liked, moved and deleted', async () => {
    const { id } = await prompt(flux, { text: 'a', seed: 1, num_images: 1 })
    const copy = await call('POST', `/prompts/${id}/duplicate`, { prompt: { seed: 2 } })
    expect([copy.status, await copy.json()]).toMatchObject([
      201,
      { text: 'a', seed: 2, orig_prompt_id: id, num_images: 1 },
    ])
    for (const path of ['likes', 'like']) expect((await call('POST', `/prompts/${id}/${path}`)).status).toBe(201)
    expect(await read('/prompts?liked=true')).toMatchObject([{ id, prompt_likes_count: 2 }])
    expect(await (await call('PATCH', `/prompts/${id}`, { prompt: { pack_id: 5 } })).json()).toMatchObject({
      pack_id: 5,
    })
    const [image] = (await done(id)).images
    expect((await call('DELETE', `/tunes/${flux}/prompts/${id}`)).status).toBe(204)
    expect((await call('GET', `/prompts/${id}`)).status).toBe(404)
    expect((await emulator.fetch(image ?? '')).status).toBe(404)
  })

  it('are in the scope of their workspace, or in all', async () => {
    const personal = await prompt(flux, { text: 'a' })
    const shared = await prompt(flux, { text: 'b', workspace_id: 7 })
    const listed = async (headers?: Record<string, string>): Promise<unknown> =>
      (await call('GET', '/prompts', undefined, headers)).json()
    expect(await listed()).toMatchObject([{ id: personal.id }])
    expect(await listed({ 'x-workspace-id': '7' })).toMatchObject([{ id: shared.id }])
    expect(await listed({ 'x-workspace-id': 'all' })).toMatchObject([{ id: shared.id }, { id: personal.id }])
    expect((await call('DELETE', `/prompts/${shared.id}`)).status).toBe(404)
    expect((await call('DELETE', `/prompts/${shared.id}`, undefined, { 'x-workspace-id': '7' })).status).toBe(204)
  })

  it('survive their LoRA, and expire 30 days after they were done', async () => {
    const tune = await trained()
    const { id } = await prompt(tune.id, { text: 'ohwx man', num_images: 1 })
    await done(id)
    control().expire(String(tune.id))
    expect((await call('GET', `/tunes/${tune.id}`)).status).toBe(404)
    expect((await call('POST', `/tunes/${tune.id}/prompts`, { prompt: { text: 'a' } })).status).toBe(404)
    expect((await call('GET', `/prompts/${id}`)).status).toBe(200)
    await clock.advance(30 * day)
    expect((await call('GET', `/prompts/${id}`)).status).toBe(404)
  })

  it('refuse deep offsets', async () => {
    expect((await call('GET', '/prompts?offset=10000')).status).toBe(200)
    expect((await call('GET', '/prompts?offset=10001')).status).toBe(400)
  })
})

describe('mock tunes', () => {
  it('are free, answer fixed pictures, and call back', async () => {
    const tune = await trained({ branch: 'fast', callback: 'https://app.test/hook' })
    expect([tune.branch, tune.token, tune.cost_mc]).toEqual(['fast', 'sks', 0])
    const finish = async () => await done((await prompt(tune.id, { text: 'sks man', num_images: 3 })).id)
    const [first, second] = [await finish(), await finish()]
    expect(first.tune_id).toBe(tune.id)
    expect(first.images).toHaveLength(3)
    expect(second.images).toEqual(first.images)
    expect(received).toHaveLength(1)
    expect(control().invoice).toEqual([])
    expect(control().jobs.flatMap((job) => job.appliedFineTunes)).toEqual([])
  })
})

describe('faults', () => {
  it('leave a job behind a 504 after success', async () => {
    control().fault({ operation: 'generation.submit', fault: { type: 'gateway-timeout-after' } })
    const response = await call('POST', `/tunes/${flux}/prompts`, { prompt: { text: 'a' } })
    expect([response.status, response.headers.get('content-type')]).toEqual([504, 'text/html'])
    expect(control().invoice).toHaveLength(1)
    expect(await read('/prompts')).toHaveLength(1)
  })

  it.each([
    ['unauthorized', 401],
    ['insufficient-credits', 422],
    ['not-found', 404],
    ['invalid-field', 422],
    ['content-blocked', 422],
    ['server-error', 500],
    ['unavailable', 503],
    ['rate-limited', 429],
    ['html-error', 500],
  ] as const)('%s answers %i and makes no job', async (type, status) => {
    control().fault({ fault: { type } })
    expect((await call('POST', `/tunes/${flux}/prompts`, { prompt: { text: 'a' } })).status).toBe(status)
    expect(control().jobs).toEqual([])
  })
})

describe('packs', () => {
  it('bring base model and prompts', async () => {
    const [pack] = await read<Wire[]>('/packs')
    expect(await read(`/p/${pack?.slug}`)).toMatchObject({ id: 260 })
    const form = tuneForm({
      name: 'woman',
      base_tune_id: '690204',
      '[prompt_attributes][callback]': 'https://app.test/hook',
    })
    const response = await call('POST', '/p/260/tunes', form)
    const tune = (await response.json()) as Wire
    expect([response.status, tune.base_tune_id, tune.prompts.length]).toEqual([201, flux, 2])
    await clock.advance(20_000)
    expect(received).toHaveLength(2)
    const onExisting = await call('POST', '/p/260/tunes', { tune: { name: 'woman', tune_ids: [tune.id] } })
    expect(await onExisting.json()).toEqual({ status: 201, message: 'Prompts created' })
    const wrong = await call('POST', '/p/260/tunes', tuneForm({ name: 'cat' }))
    expect(wrong.status).toBe(422)
  })

  it('the gallery holds the base models', async () => {
    expect(await read('/gallery/tunes?branch=flux1')).toMatchObject([{ id: flux, title: 'Flux1.dev' }])
    expect(await read(`/tunes/${flux}`)).toMatchObject({ branch: 'flux1' })
  })
})

describe('on sockets', () => {
  it('trains from a multipart body and follows to the picture', async () => {
    await emulator.listen()
    const { baseURL, apiKey } = emulator.endpoints.astria
    const headers = { authorization: `Bearer ${apiKey}` }
    const created = await fetch(`${baseURL}/tunes`, { method: 'POST', headers, body: tuneForm() })
    expect(created.status).toBe(201)
    const tune = (await created.json()) as Wire
    await clock.advance(10_000)
    const { id } = await prompt(tune.id, { text: 'ohwx man', num_images: 1 })
    await clock.advance(5_000)
    const finished = (await (await fetch(`${baseURL}/prompts/${id}`, { headers })).json()) as Wire
    expect(finished.images[0]?.startsWith(`${baseURL}/mp/`)).toBe(true)
    const image = await fetch(finished.images[0] ?? '')
    expect([image.redirected, image.headers.get('content-type')]).toEqual([true, 'image/jpeg'])
    const removed = await fetch(`${baseURL}/tunes/${tune.id}`, { method: 'DELETE', headers })
    expect(removed.status).toBe(204)
  })
})
