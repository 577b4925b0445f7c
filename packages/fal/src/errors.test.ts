import type { Reply } from '@likeness/adapter-kit'
import { describe, expect, it } from 'vitest'
import { billedOf, callerField, describeFailure, modelErrorTypes, readError, requestErrorTypes } from './errors.js'

const reply = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body,
})
const detail = (type: string, loc: (string | number)[] = ['body', 'prompt']) => ({
  detail: [{ loc, msg: 'wrong', type }],
})

// https://docs.fal.ai (request errors; model errors; Platform Headers), 2026, and what was seen on the wire.
describe('what fal says of a failure', () => {
  it.each<[title: string, given: Reply, expected: object]>([
    ['bad key', reply(401, { detail: 'invalid key credentials' }), { kind: 'authentication' }],
    ['no key (rest host)', reply(401, { detail: 'Authorization header is required' }), { kind: 'authentication' }],
    [
      'empty balance',
      reply(403, {
        detail: 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
      }),
      { kind: 'insufficient-credits', hint: expect.stringContaining('billing') },
    ],
    ['missing scope', reply(403, { detail: 'Forbidden' }), { kind: 'permission' }],
    [
      'missing scope (platform)',
      reply(403, { error: { type: 'authorization_error', message: 'no' } }),
      { kind: 'permission', message: 'no' },
    ],
    [
      'refused field',
      reply(422, detail('missing')),
      { kind: 'invalid-request', code: 'missing', fields: [{ field: 'prompt', message: 'wrong' }] },
    ],
    ['refused content', reply(422, detail('content_policy_violation')), { kind: 'content-blocked' }],
    [
      'unreachable file',
      reply(422, detail('file_download_error', ['body', 'loras', 0, 'path'])),
      { kind: 'invalid-request', fields: [{ field: 'portfolio.0.path' }] },
    ],
    [
      'too few images',
      reply(422, detail('archive_file_count_below_minimum', ['body', 'images_data_url'])),
      { kind: 'invalid-request', fields: [{ field: 'images' }] },
    ],
    [
      'failed model',
      reply(500, detail('internal_server_error')),
      { kind: 'job-failed', retry: undefined, fields: undefined },
    ],
    [
      'failed model, may be retried',
      reply(500, detail('internal_server_error'), { 'x-fal-retryable': 'true' }),
      { kind: 'job-failed', retry: 'later' },
    ],
    [
      'the same by the newer name',
      reply(500, detail('internal_server_error'), { 'x-fal-needs-retry': '1' }),
      { retry: 'later' },
    ],
    [
      'must not be retried',
      reply(500, detail('internal_server_error'), { 'x-fal-retryable': 'false' }),
      { retry: 'elsewhere' },
    ],
    [
      'a retry hint does not unblock content',
      reply(422, detail('content_policy_violation'), { 'x-fal-retryable': 'true' }),
      { retry: undefined },
    ],
    [
      'no runner',
      reply(503, { detail: 'none', error_type: 'runner_scheduling_failure' }),
      { kind: 'unavailable', code: 'runner_scheduling_failure' },
    ],
    [
      'type in the header alone',
      reply(502, '<html>', { 'x-fal-error-type': 'runner_incomplete_response' }),
      { kind: 'unavailable' },
    ],
    [
      "the caller's start timeout",
      reply(504, { detail: 'x', error_type: 'request_timeout' }, { 'x-fal-request-timeout-type': 'user' }),
      { kind: 'timeout', retry: 'elsewhere', billed: 'no' },
    ],
    ['concurrency', reply(429, { detail: 'x', error_type: 'concurrent_requests_limit' }), { kind: 'rate-limited' }],
    ['nothing that can be read', reply(502, '<html>'), { code: undefined }],
    ['text with 422', reply(422, { detail: 'no' }), { message: 'no' }],
    ['request id', reply(500, {}, { 'x-fal-request-id': 'r1' }), { requestId: 'r1' }],
  ])('%s', (_, given, expected) => {
    expect(describeFailure(given)).toMatchObject(expected)
  })

  it('survives every shape', () => {
    for (const body of [
      undefined,
      null,
      1,
      'x',
      [],
      { detail: [] },
      { detail: [null, { loc: 'x' }] },
      { error: 'x' },
    ]) {
      expect(() => describeFailure(reply(422, body))).not.toThrow()
    }
  })

  it('knows all documented types', () => {
    expect(Object.keys(modelErrorTypes)).toEqual(
      expect.arrayContaining(['no_media_generated', 'face_detection_error', 'invalid_archive', 'generation_timeout']),
    )
    expect(Object.keys(requestErrorTypes)).toEqual(
      expect.arrayContaining(['startup_timeout', 'runner_connection_error', 'client_disconnected', 'internal_error']),
    )
  })
})

it.each<[(string | number)[], string]>([
  [['body', 'image_size', 'width'], 'size'],
  [['body', 'num_inference_steps'], 'steps'],
  [['body', 'steps'], 'steps'],
  [['body', 'guidance_scale'], 'guidanceScale'],
  [['body', 'num_images'], 'n'],
  [['body', 'output_format'], 'format'],
  [['body', 'image_url'], 'image'],
  [['body', 'mask_url'], 'mask'],
  [['body', 'strength'], 'imageStrength'],
  [['body', 'loras', 0, 'scale'], 'strength'],
  [['body', 'trigger_word'], 'trigger'],
  [['body', 'trigger_phrase'], 'trigger'],
  [['body', 'learning_rate'], 'learningRate'],
  [['body', 'enable_safety_checker'], 'providerOptions.fal.enableSafetyChecker'],
  [['body', 'face_crop'], 'providerOptions.fal.faceCrop'],
  [['query', 'x'], 'providerOptions.fal.query.x'],
  [['body'], 'request'],
])('the field %j as the caller knows it', (loc, field) => {
  expect(callerField(loc)).toBe(field)
})

it('knows whether a failed job was billed', () => {
  const billed = (status: number, units?: string) =>
    billedOf(reply(status, {}, units === undefined ? {} : { 'x-fal-billable-units': units }))
  expect([billed(500), billed(422), billed(422, '0'), billed(422, '2'), billed(500, 'x')]).toEqual([
    'no',
    'maybe',
    'no',
    'yes',
    'no',
  ])
})

it('takes fal at its word on what a direct run bills that the model has ended', () => {
  const billed = (url: string, status: number, units?: string, body: unknown = detail('internal_server_error')) =>
    readError(reply(status, body, units === undefined ? {} : { 'x-fal-billable-units': units }), {
      name: 'generation.submit',
      effect: 'paid',
      method: 'POST',
      url,
    }).billed
  const direct = 'https://fal.run/fal-ai/flux-lora'
  expect([billed(direct, 500), billed(direct, 500, '0'), billed(direct, 422, '0'), billed(direct, 422, '1')]).toEqual([
    undefined,
    'no',
    'no',
    'yes',
  ])
  const gateway = { detail: 'The runner sent an incomplete response', error_type: 'runner_incomplete_response' }
  expect([billed(direct, 502, '0', gateway), billed('/fal-ai/flux-lora', 500, '0')]).toEqual([undefined, undefined])
})
