import { randomUUID } from 'node:crypto'
import type { FineTunedModel, FineTuneRequest, GenerateRequest, JobHandle, JobKind, Provider } from '@likeness/core'
import type { Session } from './session.js'

/** A plain training of the six photos. */
export function fineTuneRequest(session: Session, changes: Partial<FineTuneRequest> = {}): FineTuneRequest {
  return {
    subject: { className: session.parameters.fineTune?.className ?? 'dog', name: 'conformance' },
    images: session.photos,
    mode: 'live',
    onUnsupported: 'warn',
    idempotencyKey: randomUUID(),
    ...changes,
  }
}

/** One picture: of the model where one is given, else by the base model. */
export function generateRequest(model?: FineTunedModel, changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    prompt: model === undefined ? 'a lighthouse in the evening sun' : 'a portrait of {subject} on a beach',
    n: 1,
    models: model === undefined ? [] : [{ model }],
    onUnsupported: 'warn',
    idempotencyKey: randomUUID(),
    ...changes,
  }
}

/** A handle of a job that does not exist, for calls that must be refused before they look at it. */
export function fictitiousHandle(provider: Provider, kind: JobKind, startedAt: number): JobHandle {
  return {
    version: 1,
    kind,
    provider: provider.id,
    id: '00000000-0000-4000-8000-000000000000',
    idempotencyKey: 'conformance-fictitious',
    startedAt: new Date(startedAt).toISOString(),
    data: {},
  }
}
