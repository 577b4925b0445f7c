import { randomUUID } from 'node:crypto'
import { json } from '../core/responses.js'
import type { VendorContext, Webhook, WebhookMessage } from '../core/vendor.js'
import type { Handlers } from './account.js'
import { refusal } from './errors.js'
import { isInput, looseInput, requireString } from './input.js'
import type { FineTune, FineTuneStatus } from './records.js'
import type { SegmindSettings } from './settings.js'

/** The type that fine-tunes have is not documented; only `PIXELFLOW` was seen. */
const fineTuneType = 'FINETUNE'

interface Registration {
  readonly webhook_id: string
  webhook_url: string
  event: { types: string[] }
  is_active: boolean
}

type WebhookAction = 'listWebhooks' | 'addWebhook' | 'updateWebhook' | 'removeWebhook' | 'listDispatches'

/**
 * The account's one webhook for fine-tunes, and its management as the official SDK calls it (api.spotprod.segmind.com).
 * Shapes of the management answers are assumed.
 */
export class FineTuneWebhooks {
  readonly #context: VendorContext<SegmindSettings>
  #registrations: Registration[] = []
  #dispatches: { webhook_id: string; event_type: string; status: string; created_ts: string }[] = []
  readonly #open = new Map<string, Webhook>()

  constructor(context: VendorContext<SegmindSettings>) {
    this.#context = context
  }

  /** Call when a job is created, and whenever its status changes. */
  openFor(fineTune: FineTune): Webhook | undefined {
    const url = this.#context.settings.webhookURL ?? this.#active()?.webhook_url
    if (url === undefined) return undefined
    const known = this.#open.get(fineTune.id)
    if (known !== undefined) return known
    const forge = () => message({ ...payload(fineTune, this.#context.origin()), status: 'AVAILABLE' })
    const webhook = this.#context.webhooks.open({ kind: 'fine-tune', jobId: fineTune.id, url, forge })
    this.#open.set(fineTune.id, webhook)
    return webhook
  }

  async statusChanged(fineTune: FineTune): Promise<void> {
    const webhook = this.openFor(fineTune)
    if (webhook === undefined || !sentStatuses(this.#context.settings).includes(fineTune.state)) return
    const { state } = fineTune
    await webhook.send(() => message({ ...payload(fineTune, this.#context.origin()), status: state }))
    this.#dispatches.push({
      webhook_id: this.#active()?.webhook_id ?? 'console',
      event_type: fineTuneType,
      status: state,
      created_ts: new Date(this.#context.clock.now()).toISOString(),
    })
  }

  reset(): void {
    this.#registrations = []
    this.#dispatches = []
    this.#open.clear()
  }

  handlers(): Handlers<WebhookAction> {
    const find = (id: string) => this.#registrations.find((each) => each.webhook_id === id && each.is_active)
    return {
      listWebhooks: () => json(this.#registrations.filter((each) => each.is_active)),

      addWebhook: (request) => {
        const input = looseInput(request)
        const url = readURL(requireString(input, 'webhook_url'))
        if (url === undefined) return refusal(400, 'webhook_url must be a URL')
        const types = readTypes(input.event)
        if (types === undefined) return refusal(400, 'event.types is required')
        // "Only one webhook for fine-tune jobs at a time, delete before replacing."
        if (types.includes(fineTuneType) && this.#active() !== undefined)
          return refusal(400, 'Only one webhook is allowed for finetune jobs. Delete the old webhook first')
        const registration = { webhook_id: randomUUID(), webhook_url: url, event: { types }, is_active: true }
        this.#registrations.push(registration)
        return json(registration)
      },

      updateWebhook: (request) => {
        const input = looseInput(request)
        const registration = find(requireString(input, 'webhook_id'))
        if (registration === undefined) return refusal(404, 'Webhook not found')
        const url = readURL(requireString(input, 'webhook_url'))
        if (url === undefined) return refusal(400, 'webhook_url must be a URL')
        registration.webhook_url = url
        registration.event = { types: readTypes(input.event) ?? registration.event.types }
        return json(registration)
      },

      removeWebhook: (request) => {
        const registration = find(requireString(looseInput(request), 'webhook_id'))
        if (registration === undefined) return refusal(404, 'Webhook not found')
        registration.is_active = false
        return json(registration)
      },

      listDispatches: (request) => {
        const id = requireString(looseInput(request), 'webhook_id')
        return json(this.#dispatches.filter((each) => each.webhook_id === id))
      },
    }
  }

  #active(): Registration | undefined {
    return this.#registrations.find((each) => each.is_active && each.event.types.includes(fineTuneType))
  }
}

/** Three events by the fine-tuning pages, five by the page on webhooks. A failure is in neither list. */
function sentStatuses({ deployingStatusName }: SegmindSettings): readonly FineTuneStatus[] {
  return deployingStatusName === 'INFERENCE_QUEUED'
    ? ['TRAINING_COMPLETED', 'INFERENCE_QUEUED', 'AVAILABLE']
    : ['DATA_PROCESSING', 'TRAINING_INITIATED', 'TRAINING_COMPLETED', 'DEPLOYING', 'AVAILABLE']
}

/** Not documented but for the two URLs; unsigned. */
function payload(fineTune: FineTune, origin: string): Record<string, unknown> {
  return {
    request_id: fineTune.id,
    finetune_id: fineTune.id,
    name: fineTune.request.name,
    trained_model_url: fineTune.weightsKey === undefined ? null : `${origin}/finetune-models/${fineTune.weightsKey}`,
    inference_api_url: `${origin}/v1/${fineTune.slug}`,
  }
}

function message(body: unknown): WebhookMessage {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

function readURL(value: string): string | undefined {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined
}

function readTypes(event: unknown): string[] | undefined {
  const types = isInput(event) ? event.types : undefined
  return Array.isArray(types) && types.length > 0 ? types.map(String) : undefined
}
