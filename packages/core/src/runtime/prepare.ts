import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { type FieldError, LikenessError } from '../error.js'
import type { FineTuneRequest } from '../fine-tune.js'
import type { GenerateRequest } from '../generate.js'
import type { ImageInput } from '../images/image-input.js'
import { type OpenedImages, openImages } from '../images/open-images.js'
import { fineTuneRequestSchema } from '../schemas/fine-tune-request.js'
import { generateRequestSchema } from '../schemas/generate-request.js'

function fieldErrors(error: z.ZodError, allowed: readonly string[]): FieldError[] {
  return error.issues.flatMap((issue) => {
    const field = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [{ field, message: issue.message }]
    return issue.keys.map((key) => ({
      field: field === '' ? key : `${field}.${key}`,
      message: field === '' ? `unknown option; allowed are ${allowed.join(', ')}` : 'unknown option',
    }))
  })
}

function given(input: unknown, field: string): string {
  let value = input
  for (const key of field.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return ` (given: ${JSON.stringify(value).slice(0, 80)})`
  }
  return value === undefined ? ' (not given)' : ''
}

function parse<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fields = fieldErrors(result.error, Object.keys(schema.shape))
  const list = fields.map(({ field, message }) => `${field} ${message}${given(input, field)}`)
  throw new LikenessError({ kind: 'invalid-request', message: `Invalid request: ${list.join('; ')}.`, fields })
}

/** A request ready for an adapter, and what to let go of afterwards. */
export interface Prepared<Request> {
  readonly request: Request
  close(): Promise<void>
}

/** Injected means of preparing. */
export interface PrepareOptions {
  readonly abortSignal?: AbortSignal | undefined
  /** Reads images given as `http(s):` URLs. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * Validates a fine-tune and opens its images.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export async function prepareFineTune(input: unknown, options: PrepareOptions): Promise<Prepared<FineTuneRequest>> {
  const { images, idempotencyKey = randomUUID(), ...rest } = parse(fineTuneRequestSchema, input)
  const opened = await openImages(images, options)
  return { request: { ...rest, idempotencyKey, images: opened.images }, close: opened.close }
}

function together(one: string, other: string): LikenessError {
  const message = `\`${one}\` and \`${other}\` cannot be given together.`
  return new LikenessError({ kind: 'invalid-request', message, fields: [{ field: other, message }] })
}

const nothingToClose = async () => {}

/**
 * Validates a generation and opens its input images.
 *
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export async function prepareGenerate(
  input: unknown,
  subject: Pick<GenerateRequest, 'models' | 'portfolio'>,
  options: PrepareOptions,
): Promise<Prepared<GenerateRequest>> {
  const { image, mask, idempotencyKey = randomUUID(), ...rest } = parse(generateRequestSchema, input)
  if (rest.size !== undefined && rest.aspectRatio !== undefined) throw together('size', 'aspectRatio')
  if (mask !== undefined && image === undefined) {
    const message = 'needs `image`, the picture that is to be changed where the mask is white'
    throw new LikenessError({
      kind: 'invalid-request',
      message: `mask: ${message}`,
      fields: [{ field: 'mask', message }],
    })
  }
  if (image === undefined) return { request: { ...rest, ...subject, idempotencyKey }, close: nothingToClose }
  const opened: OpenedImages[] = []
  const openOne = async (content: ImageInput, field: string) => {
    const one = await openImages([content], { ...options, field })
    opened.push(one)
    return one.images[0]
  }
  const close = async () => void (await Promise.all(opened.map((one) => one.close())))
  try {
    const files = {
      image: await openOne(image, 'image'),
      mask: mask === undefined ? undefined : await openOne(mask, 'mask'),
    }
    return { request: { ...rest, ...files, ...subject, idempotencyKey }, close }
  } catch (error) {
    await close()
    throw error
  }
}
