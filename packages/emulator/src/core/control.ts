import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { FaultScript, VendorControl } from './types.js'
import { faultTypes, operations } from './words.js'

const help = {
  'GET /': 'this list, and the endpoints',
  'GET /journal?vendor=': 'requests received',
  'GET /jobs?vendor=': 'fine-tunes and generations',
  'GET /invoice?vendor=': 'billed jobs, amounts in nano-USD',
  'GET /deliveries?vendor=': 'webhooks sent',
  'GET /settings?vendor=': 'vendor-specific switches',
  'PATCH /settings': '{ vendor, ...switches }',
  'POST /faults': '{ vendor, operation?, times?, skip?, fault: { type, ... } }',
  'POST /offline': '{ vendor }',
  'POST /online': '{ vendor }',
  'POST /expire': '{ vendor, jobId }',
  'POST /balance': '{ vendor, nanoUSD } (null: unlimited)',
  'POST /reset': '{ vendor? }',
}

/** JSON over HTTP for what `VendorControl` offers in process. A vendor may be left out to mean all of them. */
export function createControl(vendors: ReadonlyMap<string, VendorControl>, endpoints: () => object): Hono {
  const app = new Hono()
  const names = [...vendors.keys()].join(', ')

  function vendorOf(name: unknown): VendorControl {
    const vendor = typeof name === 'string' ? vendors.get(name) : undefined
    if (vendor === undefined)
      throw new HTTPException(400, { message: `vendor must be one of ${names}, got ${JSON.stringify(name)}` })
    return vendor
  }
  function read<Value>(
    name: string | undefined,
    pick: (vendor: VendorControl) => Value,
  ): Value | Record<string, Value> {
    if (name !== undefined) return pick(vendorOf(name))
    return Object.fromEntries([...vendors].map(([key, vendor]) => [key, pick(vendor)]))
  }

  app.onError((error, c) => {
    const status =
      error instanceof HTTPException
        ? error.status
        : error instanceof TypeError || error instanceof RangeError
          ? 400
          : 500
    return c.json({ error: error.message }, status)
  })
  app.get('/', (c) => c.json({ endpoints: endpoints(), routes: help }))
  app.get('/journal', (c) => c.json(read(c.req.query('vendor'), ({ journal }) => journal)))
  app.get('/jobs', (c) => c.json(read(c.req.query('vendor'), ({ jobs }) => jobs)))
  app.get('/invoice', (c) => c.json(read(c.req.query('vendor'), ({ invoice }) => invoice)))
  app.get('/deliveries', (c) => c.json(read(c.req.query('vendor'), ({ deliveries }) => deliveries)))
  app.get('/settings', (c) => c.json(read(c.req.query('vendor'), ({ settings }) => settings)))
  app.patch('/settings', async (c) => {
    const { vendor, ...changes } = await readObject(c.req.raw)
    const { settings, settingWords } = vendorOf(vendor)
    changeSettings(settings, changes, settingWords)
    return c.json(settings)
  })
  app.post('/faults', async (c) => {
    const { vendor, ...script } = await readObject(c.req.raw)
    requireFault(script)
    vendorOf(vendor).fault(script)
    return c.json({ queued: script }, 201)
  })
  app.post('/offline', async (c) => {
    await vendorOf((await readObject(c.req.raw)).vendor).goOffline()
    return c.json({ offline: true })
  })
  app.post('/online', async (c) => {
    await vendorOf((await readObject(c.req.raw)).vendor).goOnline()
    return c.json({ offline: false })
  })
  app.post('/expire', async (c) => {
    const { vendor, jobId } = await readObject(c.req.raw)
    if (typeof jobId !== 'string') throw new TypeError(`jobId must be a string, got ${JSON.stringify(jobId)}`)
    vendorOf(vendor).expire(jobId)
    return c.json({ expired: jobId })
  })
  app.post('/balance', async (c) => {
    const { vendor, nanoUSD } = await readObject(c.req.raw)
    if (nanoUSD !== null && typeof nanoUSD !== 'number')
      throw new TypeError(`nanoUSD must be a number or null, got ${JSON.stringify(nanoUSD)}`)
    vendorOf(vendor).setBalance(nanoUSD ?? undefined)
    return c.json({ nanoUSD })
  })
  app.post('/reset', async (c) => {
    const { vendor } = await readObject(c.req.raw)
    for (const each of vendor === undefined ? vendors.values() : [vendorOf(vendor)]) each.reset()
    return c.json({ reset: vendor ?? [...vendors.keys()] })
  })
  return app
}

async function readObject(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text()
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new HTTPException(400, { message: 'the body is not JSON', cause: error })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HTTPException(400, { message: 'the body must be a JSON object' })
  return { ...value }
}

function isOneOf(allowed: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && allowed.includes(value)
}

function requireFault(script: Record<string, unknown>): asserts script is Record<string, unknown> & FaultScript {
  const { fault } = script
  if (typeof fault !== 'object' || fault === null || !('type' in fault) || typeof fault.type !== 'string')
    throw new TypeError(`fault must be an object with a type, got ${JSON.stringify(fault)}`)
  if (!isOneOf(faultTypes, fault.type))
    throw new TypeError(`fault.type must be one of ${faultTypes.join(', ')}, got ${JSON.stringify(fault.type)}`)
  const { operation } = script
  if (operation !== undefined && !isOneOf(operations, operation))
    throw new TypeError(`operation must be one of ${operations.join(', ')}, got ${JSON.stringify(operation)}`)
}

/**
 * A switch keeps its type, and its words where it has some; one that is unset by default (undefined) takes anything.
 * Where one change is refused, none is made.
 */
function changeSettings(
  settings: object,
  changes: Record<string, unknown>,
  settingWords: VendorControl['settingWords'],
): void {
  const target: Record<string, unknown> = settings as Record<string, unknown>
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in target))
      throw new TypeError(`there is no setting ${name}; allowed are ${Object.keys(target).join(', ')}`)
    const current = target[name]
    if (current !== undefined && value !== null && typeof value !== typeof current)
      throw new TypeError(`${name} must be a ${typeof current}, got ${JSON.stringify(value)}`)
    const words = Object.keys(settingWords[name] ?? {})
    if (words.length > 0 && !isOneOf(words, value))
      throw new TypeError(`${name} must be one of ${words.join(', ')}, got ${JSON.stringify(value)}`)
  }
  for (const [name, value] of Object.entries(changes)) target[name] = value ?? undefined
}
