import type { Operation } from '@likeness/adapter-kit'
import { systemClock } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { createReadError } from './errors.js'

const readError = createReadError({ ...systemClock, now: () => 0 })

function read(status: number, body: unknown, name = 'generation.submit', headers: Record<string, string> = {}) {
  const operation: Operation = { name, effect: 'paid', method: 'POST', url: '/' }
  return readError({ status, headers, body }, operation)
}

describe('refusals', () => {
  it.each<[string, number, unknown, object]>([
    ['a wrong key, as plain text', 401, 'HTTP Token: Access denied.\n', { kind: 'authentication' }],
    ['a lost id', 404, { status: 404, error: 'Not Found' }, { kind: 'not-found' }],
    ['an empty balance', 422, { base: ['Not enough balance to create prompt'] }, { kind: 'insufficient-credits' }],
    ['an empty balance in any field', 422, { user: ['not enough Balance'] }, { kind: 'insufficient-credits' }],
    ['a forbidden word', 422, { text: ['contains a forbidden word'] }, { kind: 'content-blocked' }],
    [
      'words without a field',
      422,
      { error: 'Prompt is not using a fine-tuned model' },
      { kind: 'invalid-request', message: 'Prompt is not using a fine-tuned model', fields: undefined },
    ],
    ['an offset too deep', 400, { error: 'use before_id' }, { kind: 'invalid-request', message: 'use before_id' }],
    ['polling too fast', 429, { error: 'Too many requests' }, { kind: 'rate-limited', retryAfterMs: 30_000 }],
    ['a crash', 500, '<html></html>', { kind: 'unavailable', retryAfterMs: 30_000 }],
    ['anything else', 504, '', {}],
  ])('%s', (_what, status, body, expected) => {
    const error = read(status, body)
    expect({ ...error, fields: error.fields }).toMatchObject(expected)
  })

  it('waits as long as Astria says, where it says so', () => {
    expect(read(429, {}, 'account', { 'retry-after': '90' }).retryAfterMs).toBe(90_000)
    expect(read(429, {}, 'account', { 'retry-after': '7' }).retryAfterMs).toBe(7_000)
  })

  it('takes the tags out of messages', () => {
    const { fields } = read(422, {
      text: ['is too long, see <a href="https://docs.astria.ai">the docs</a> &amp; more'],
    })
    expect(fields?.[0]?.message).toBe('is too long, see the docs & more')
  })

  it('survives bodies of any shape', () => {
    for (const body of [
      undefined,
      null,
      '',
      'text',
      [],
      [1],
      { text: null },
      { text: { deep: ['x'] } },
      { errors: 3 },
    ]) {
      expect(read(422, body).kind).toBe('invalid-request')
    }
  })
})

describe("Astria's field names are the caller's again", () => {
  it.each([
    ['fine-tune.submit', 'name', 'subject.className'],
    ['fine-tune.submit', 'title', 'subject.name'],
    ['fine-tune.submit', 'images', 'images'],
    ['fine-tune.submit', 'image_urls', 'images'],
    ['fine-tune.submit', 'callback', 'webhookUrl'],
    ['fine-tune.submit', 'token', 'trigger'],
    ['fine-tune.submit', 'base_tune_id', 'providerOptions.astria.baseTuneId'],
    ['fine-tune.submit', 'prompts.text', 'providerOptions.astria.promptsAttributes'],
    ['generation.submit', 'text', 'prompt'],
    ['generation.submit', 'num_images', 'n'],
    ['generation.submit', 'cfg_scale', 'guidanceScale'],
    ['generation.submit', 'w', 'size'],
    ['generation.submit', 'aspect_ratio', 'aspectRatio'],
    ['generation.submit', 'denoising_strength', 'imageStrength'],
    ['generation.submit', 'input_image', 'image'],
    ['generation.submit', 'mask_image_url', 'mask'],
    ['generation.submit', 'negative_prompt', 'providerOptions.astria.negativePrompt'],
    ['generation.submit', 'controlnet_txt2img', 'providerOptions.astria.controlnetTxt2img'],
  ])('%s: %s is %s', (operation, field, expected) => {
    expect(read(422, { [field]: ['is wrong'] }, operation).fields).toEqual([{ field: expected, message: 'is wrong' }])
  })
})
