import { json } from '../core/responses.js'
import type { ReceivedBody, VendorContext } from '../core/vendor.js'
import type { Failure } from './errors.js'
import { detail, modelFailure } from './errors.js'
import type { FalFiles } from './files.js'
import { generate, generationLines } from './generation.js'
import { readGeneration } from './generation-input.js'
import { isRecord } from './input.js'
import { appOf, isKnownApp, models } from './models.js'
import type { Work } from './queue.js'
import type { FalSettings } from './settings.js'
import { readTraining, train, trainingLines } from './training.js'

/**
 * What a POST to an endpoint asks for. The queue takes any JSON object: faults in it show when the model reads it, as
 * a job that completes with 422 and costs nothing. Only what the gateway itself sees is answered at once.
 */
export function toWork(
  endpointId: string,
  body: ReceivedBody,
  context: VendorContext<FalSettings>,
  files: FalFiles,
): Work | Response {
  const endpoint = models.get(endpointId)
  if (endpoint === undefined) return unknownEndpoint(endpointId)
  const input = body.type === 'json' ? body.value : body.type === 'none' ? {} : undefined
  if (!isRecord(input)) return notAnObject(body)
  switch (endpoint.kind) {
    case 'fine-tune': {
      const { value, faults } = readTraining(endpoint, input)
      if (faults.length > 0) return refused(endpoint, input, modelFailure(422, ...faults))
      return {
        endpoint,
        input,
        lines: trainingLines(endpoint, value),
        run: () => train(endpoint, value, context, files),
      }
    }
    case 'generation': {
      const { value, faults } = readGeneration(endpoint, input)
      if (faults.length > 0) return refused(endpoint, input, modelFailure(422, ...faults))
      return {
        endpoint,
        input,
        lines: generationLines(endpoint, value),
        run: (_job, fault) =>
          generate(endpoint, value, context, files, {
            seconds: context.durations.generationRunning / 1_000,
            blackImage: fault?.type === 'job-blocked',
          }),
      }
    }
    default:
      return endpoint satisfies never
  }
}

function refused(endpoint: Work['endpoint'], input: Record<string, unknown>, failure: Failure): Work {
  return { endpoint, input, lines: [], run: async () => ({ failure }) }
}

function unknownEndpoint(endpointId: string): Response {
  const app = appOf(endpointId)
  const rest = endpointId.slice(app.length)
  if (isKnownApp(app) && rest !== '') return json({ detail: `Path ${rest} not found` }, 404)
  return json({ detail: `Application "${app.split('/').at(-1)}" not found` }, 404)
}

function notAnObject(body: ReceivedBody): Response {
  const fault =
    body.type === 'malformed-json'
      ? detail(['body', 0], 'json_invalid', 'JSON decode error')
      : detail(['body'], 'model_attributes_type', 'Input should be a valid dictionary or object to extract fields from')
  return json({ detail: [fault] }, 422, { 'x-fal-billable-units': '0' })
}
