import type { FineTunedModel, FineTuneRequest, GenerateRequest, ImageFile } from '@likeness/core'

/** A training image of the given bytes. */
export function image(name: string, changes: Partial<ImageFile> = {}): ImageFile {
  const content = Buffer.from(`content of ${name}`)
  return {
    name,
    bytes: content.length,
    mediaType: 'image/jpeg',
    width: 1024,
    height: 1024,
    sha256: '0'.repeat(64),
    async *stream() {
      yield content
    },
    ...changes,
  }
}

/** A fine-tune with nothing but what must be there. */
export function fineTuneRequest(changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    subject: { className: 'dog' },
    images: [image('one.jpg'), image('two.jpg')],
    mode: 'live',
    onUnsupported: 'warn',
    idempotencyKey: 'key-00000001',
    ...changes,
  }
}

/** A model as Segmind yields it. */
export function model(changes: Partial<FineTunedModel> = {}): FineTunedModel {
  return {
    provider: 'segmind',
    id: 'b7a4f5de-1111-4222-8333-444455556666',
    base: 'flux-1-pro',
    subject: { className: 'dog' },
    trigger: 'TOK',
    createdAt: '2026-01-01T00:00:00.000Z',
    data: { baseModel: 'FLUX_PRO', slug: 'b7a4f5de-dog' },
    ...changes,
  }
}

/** A LoRA of Segmind's. */
export const loraModel = model({ base: 'flux-1-dev', data: { baseModel: 'FLUX', slug: 'b7a4f5de-lora' } })

/** A generation with nothing but what must be there. */
export function generateRequest(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    prompt: 'a painting of {subject}',
    n: 1,
    models: [{ model: model() }],
    onUnsupported: 'warn',
    idempotencyKey: 'key-00000002',
    ...changes,
  }
}

/** All bytes of a stream. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
