import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { JobHandle } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { createFal } from './provider.js'
import type { FalSettings } from './settings.js'

/** Packages that a module loads as soon as it is imported, types and dynamic imports aside. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>()
  if (seen.has(file)) return packages
  seen.add(file)
  const source = readFileSync(file, 'utf8')
  for (const [, clause = '', from = ''] of source.matchAll(/^(?:import|export) ([^;]*?) from '([^']+)'/gm)) {
    const names = /\{([\s\S]*)\}/
      .exec(clause)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean) ?? ['all']
    if (clause.startsWith('type ') || names.every((name) => name.startsWith('type '))) continue
    if (!from.startsWith('.')) packages.add(from)
    else for (const name of loadedBy(join(dirname(file), from.replace(/\.js$/, '.ts')), seen)) packages.add(name)
  }
  return packages
}

it('loads nothing but core until it is used', () => {
  const here = import.meta.dirname
  expect([...loadedBy(join(here, 'index.ts'))]).toEqual(['@likeness/core'])
  expect([...loadedBy(join(here, 'connection.ts'))]).toContain('@likeness/adapter-kit')
})

describe('settings', () => {
  it.each<[keyof FalSettings, Record<string, unknown>]>([
    ['queueURL', { queueURL: 'queue.fal.run' }],
    ['restURL', { restURL: 'file:///x' }],
    ['jwksURL', { jwksURL: '' }],
    ['trainer', { trainer: 'fal-ai/no-trainer' }],
    ['generationEndpoint', { generationEndpoint: '../x' }],
  ])('name what is wrong with %s', (field, settings) => {
    expect(() => createFal(settings)).toThrow(
      expect.objectContaining({ kind: 'invalid-request', fields: [expect.objectContaining({ field })] }),
    )
  })

  it('ask for the key at each call, and say where it belongs', async () => {
    const keys: string[] = []
    const fetch: typeof globalThis.fetch = async (_, init) => {
      keys.push(new Headers(init?.headers).get('authorization') ?? '')
      return Response.json({ status: 'NOT_FOUND' }, { status: 404 })
    }
    let key = 'id:first-secret'
    const fal = createFal({ apiKey: () => key, fetch, queueURL: 'https://queue.example/' })
    const handle: JobHandle = {
      version: 1,
      kind: 'generation',
      provider: 'fal',
      id: 'job-1',
      idempotencyKey: 'key-00000001',
      startedAt: '2026-11-01T00:00:00.000Z',
      data: { endpoint: 'fal-ai/flux-lora' },
    }
    await fal.generate?.status(handle)
    key = 'id:second-secret'
    await fal.generate?.status(handle)
    expect(keys).toEqual(['Key id:first-secret', 'Key id:second-secret'])
    key = ''
    await expect(fal.generate?.status(handle)).rejects.toMatchObject({
      kind: 'authentication',
      hint: expect.stringContaining('FAL_KEY'),
    })
  })
})

it('offers what its capabilities say, and refuses the rest unsent', async () => {
  const sent: unknown[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    sent.push(input)
    return new Response(null, { status: 500 })
  }
  const { capabilities, fineTune, generate } = createFal({ fetch, apiKey: 'id:secret-of-mine', id: 'second' })
  expect(JSON.parse(JSON.stringify(capabilities))).toEqual(capabilities)
  expect([capabilities.fineTune?.list, capabilities.fineTune?.find]).toEqual([false, false])
  expect(capabilities.limits).toEqual({ concurrentJobs: 2, source: expect.stringContaining('docs.fal.ai') })
  const refused = { kind: 'unsupported', provider: 'second' }
  await expect(fineTune?.list()).rejects.toMatchObject(refused)
  await expect(generate?.list()).rejects.toMatchObject(refused)
  expect(sent).toEqual([])
  const portrait = createFal({ trainer: 'fal-ai/flux-lora-portrait-trainer' }).capabilities
  expect(capabilities.fineTune?.parameters.learningRate).toBe(false)
  expect(portrait.fineTune?.parameters.learningRate).toBe(true)
})

it('polls no faster than told', () => {
  const handle: JobHandle = {
    version: 1,
    kind: 'fine-tune',
    provider: 'fal',
    id: 'job-1',
    idempotencyKey: 'key-00000001',
    startedAt: '2026-11-01T00:00:00.000Z',
    data: { endpoint: 'fal-ai/turbo-flux-trainer', steps: 500 },
  }
  expect(createFal().fineTune?.pace(handle)).toMatchObject({ key: 'fal-ai/turbo-flux-trainer 500', minimumMs: 1000 })
  expect(createFal({ minimumPollMs: 60_000 }).fineTune?.pace(handle)).toMatchObject({
    minimumMs: 60_000,
    maximumMs: 60_000,
  })
})
