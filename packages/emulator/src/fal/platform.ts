import { json } from '../core/responses.js'
import type { BilledJob } from '../core/types.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import type { FalJob } from './entities.js'
import { platformError } from './errors.js'
import { isRecord } from './input.js'
import { models } from './models.js'
import type { Payloads } from './payloads.js'
import { priceOf } from './prices.js'
import { isFalJob } from './routes.js'
import type { FalSettings } from './settings.js'

const dollars = (nanoUSD: number) => nanoUSD / 1_000_000_000
const page = { next_cursor: null, has_more: false }

/** An unlimited account has to show some figure. */
const unlimitedBalance = 1_000

/** What only a key with the ADMIN scope may ask. */
const forAdmins = /^(?:account\/billing|models\/billing-events|models\/requests\/[^/]+\/payloads)$/

/** api.fal.ai/v1 (OpenAPI of 2026-08-21). */
export function handlePlatform(
  request: ReceivedRequest,
  path: string,
  context: VendorContext<FalSettings>,
  payloads: Payloads,
): Response {
  if (forAdmins.test(path) && !context.settings.adminScope)
    return platformError(403, 'authorization_error', 'The key lacks the ADMIN scope')
  switch (`${request.method} ${path}`) {
    case 'GET models':
      return json({ models: listModels(request.query.getAll('endpoint_id')), ...page })
    case 'GET models/pricing':
      return pricing(request.query)
    case 'POST models/pricing/estimate':
      return estimate(request)
    case 'GET models/billing-events':
      return billingEvents(request.query, context)
    case 'GET models/requests/by-endpoint':
      return requestsByEndpoint(request.query, context)
    case 'GET account/billing':
      return billing(request.query, context)
    case 'GET meta':
      return json({ webhook_ip_ranges: ['127.0.0.0/8'] })
    default:
      return payloads.handle(request, path) ?? platformError(404, 'not_found', `Path /v1/${path} not found`)
  }
}

function endpointIds(query: URLSearchParams): string[] {
  return query
    .getAll('endpoint_id')
    .flatMap((value) => value.split(','))
    .filter((id) => id !== '')
}

function listModels(only: string[]): object[] {
  return [...models.values()]
    .filter(({ id }) => only.length === 0 || only.includes(id))
    .map(({ id, kind }) => ({
      endpoint_id: id,
      metadata: { display_name: id, category: kind === 'fine-tune' ? 'training' : 'text-to-image', status: 'active' },
    }))
}

function pricing(query: URLSearchParams): Response {
  const ids = endpointIds(query)
  if (ids.length < 1 || ids.length > 50)
    return platformError(400, 'validation_error', `endpoint_id must name 1 to 50 endpoints, got ${ids.length}`)
  const unknown = ids.find((id) => priceOf(id) === undefined)
  if (unknown !== undefined) return platformError(404, 'not_found', `Endpoint ${unknown} not found`)
  const prices = ids.map((endpoint_id) => {
    const price = priceOf(endpoint_id)
    return { endpoint_id, unit_price: dollars(price?.nanoUSD ?? 0), unit: price?.unit, currency: 'USD' }
  })
  return json({ prices, ...page })
}

function estimate({ body }: ReceivedRequest): Response {
  const value = body.type === 'json' && isRecord(body.value) ? body.value : {}
  const { estimate_type, endpoints } = value
  if (estimate_type !== 'historical_api_price' && estimate_type !== 'unit_price')
    return platformError(400, 'validation_error', 'estimate_type must be historical_api_price or unit_price')
  if (!isRecord(endpoints)) return platformError(400, 'validation_error', 'endpoints must be an object')
  let total = 0
  for (const [id, quantities] of Object.entries(endpoints)) {
    const price = priceOf(id)
    if (price === undefined) return platformError(404, 'not_found', `Endpoint ${id} not found`)
    const key = estimate_type === 'unit_price' ? 'unit_quantity' : 'call_quantity'
    const quantity = isRecord(quantities) ? quantities[key] : undefined
    if (typeof quantity !== 'number') return platformError(400, 'validation_error', `${id}.${key} must be a number`)
    total += price.nanoUSD * quantity
  }
  return json({ estimate_type, total_cost: dollars(total), currency: 'USD' })
}

function billing(query: URLSearchParams, { invoice }: VendorContext<FalSettings>): Response {
  const balance = invoice.balance === undefined ? unlimitedBalance : dollars(invoice.balance)
  const credits = { current_balance: balance, currency: 'USD' }
  const expanded = query.getAll('expand').flatMap((value) => value.split(','))
  return json({ username: 'emulator', ...(expanded.includes('credits') ? { credits } : {}) })
}

function billingEvents(query: URLSearchParams, context: VendorContext<FalSettings>): Response {
  const ids = query.getAll('request_id').flatMap((value) => value.split(','))
  const billed = context.invoice.entries.filter(
    ({ status, jobId }) => status === 'billed' && (ids.length === 0 || ids.includes(jobId)),
  )
  return json({ billing_events: billed.map(toBillingEvent), ...page })
}

function toBillingEvent({ jobId, at, amount, lines }: BilledJob): object {
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return {
    request_id: jobId,
    endpoint_id: lines[0]?.label,
    timestamp: new Date(at).toISOString(),
    output_units: units,
    unit_price: dollars(amount / units),
    percent_discount: 0,
    cost_subtotal: dollars(amount),
    cost_discount: 0,
    cost_total: dollars(amount),
    cost_estimate_nano_usd: amount,
  }
}

function requestsByEndpoint(query: URLSearchParams, context: VendorContext<FalSettings>): Response {
  const ids = endpointIds(query)
  if (ids.length === 0) return platformError(400, 'validation_error', 'endpoint_id is required')
  const payloads = query.getAll('expand').includes('payloads')
  const items = context.jobs.all
    .filter(isFalJob)
    .filter(({ model, expired }) => ids.includes(model) && !expired)
    .map((job) => toRequestItem(job, payloads))
  return json({ items: items.reverse(), ...page })
}

function toRequestItem(job: FalJob, payloads: boolean): object {
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  const { startedAt, finishedAt } = job
  return {
    request_id: job.id,
    endpoint_id: job.model,
    sent_at: time(job.createdAt),
    started_at: time(startedAt),
    ended_at: time(finishedAt),
    status_code: finishedAt === undefined ? null : (job.failure?.status ?? 200),
    duration: startedAt === undefined || finishedAt === undefined ? null : (finishedAt - startedAt) / 1_000,
    ...(payloads ? { json_input: job.input, json_output: job.output?.body ?? null } : {}),
  }
}
