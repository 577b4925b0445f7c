import { describe, expect, it } from 'vitest'
import { measured } from '../measure.js'
import type { Flag } from './evaluation.js'
import { cents, evaluateHandMade, type HandMade, robot } from './test-evaluation.js'

const made = { state: 'made', cost: cents(3) } as const

async function flagsOf(changes: Partial<HandMade>): Promise<readonly Flag[]> {
  const { vendors } = await evaluateHandMade({ vendors: ['one', 'two'], ...changes })
  expect(vendors[1]?.flags).toEqual([])
  return vendors[0]?.flags ?? []
}

const kinds = (flags: readonly Flag[]) => flags.map(({ kind }) => kind)

describe('flags', () => {
  it('tell that the subject is not shown', async () => {
    const flags = await flagsOf({ seen: ({ vendor, seed }) => ({ likeness: vendor === 'one' ? 0.05 * seed : 0.8 }) })
    expect(kinds(flags)).toEqual(['not-the-subject'])
    expect(flags[0]?.message).toContain('The pictures do not show robby: their likeness is 0.05')
  })

  it('tell it of one subject of two, which the mean over both would hide', async () => {
    const flags = await flagsOf({
      plan: { subjects: { robby: robot, rusty: robot } },
      seen: ({ vendor, subject: who }) => ({ likeness: vendor === 'one' && who === 'rusty' ? 0 : 0.9 }),
    })
    expect(flags).toHaveLength(1)
    expect(flags[0]?.message).toContain('do not show rusty')
  })

  it('wait until the interval says so', async () => {
    const odd = (prompt: string) => Number(prompt.slice(1)) % 2 === 1
    const seen = ({ vendor, prompt }: { vendor: string; prompt: string }) => ({
      likeness: vendor === 'two' ? 0.8 : odd(prompt) ? 0.4 : 0,
    })
    // A mean of 0.2, of prompts so different that it may well be above 0.25.
    expect(await flagsOf({ seen })).toEqual([])
  })

  it('take pictures without a face for not the subject, where most are', async () => {
    const faceless = (count: number) => ({
      seen: ({ vendor, prompt }: { vendor: string; prompt: string }) => ({
        likeness: vendor === 'one' && Number(prompt.slice(1)) < count ? ('no-face' as const) : 0.8,
      }),
    })
    expect(kinds(await flagsOf(faceless(8)))).toEqual(['not-the-subject'])
    expect(await flagsOf(faceless(4))).toEqual([])
  })

  it('tell training photos that came back', async () => {
    const flags = await flagsOf({
      seen: ({ vendor, prompt }) => ({ readings: { leakage: measured(vendor === 'one' && prompt === 'p0' ? 3 : 30) } }),
    })
    expect(flags).toEqual([{ kind: 'leaked-photos', message: '1 of 8 pictures is nearly a training photo.' }])
  })

  it('tell that pictures repeat each other, but not that a repeat does', async () => {
    const hashOf = (index: number) =>
      (0x9e3779b97f4a7c15n * BigInt(index + 1)).toString(16).slice(-16).padStart(16, '0')
    const flags = await flagsOf({
      plan: { repeats: 2 },
      seen: ({ vendor, prompt }) => ({ hash: vendor === 'one' ? hashOf(0) : hashOf(Number(prompt.slice(1))) }),
    })
    expect(flags).toEqual([
      { kind: 'repeats-itself', message: '88 % of 8 pictures show nearly the same as an earlier one.' },
    ])
  })

  it('tell that the size is ignored', async () => {
    const flags = await flagsOf({
      plan: { sizes: ['1024x1024'] },
      fate: ({ vendor }) => ({ ...made, size: vendor === 'one' ? '512x512' : '1024x1024' }),
    })
    expect(flags[0]?.message).toBe(
      '8 of 8 pictures have another size than was asked for, such as 512x512 for 1024x1024.',
    )
  })

  it('tell that pictures were scaled up', async () => {
    const flags = await flagsOf({
      seen: ({ vendor }) => ({ readings: { 'detail-ratio': measured(vendor === 'one' ? 0.1 : 0.6) } }),
    })
    expect(kinds(flags)).toEqual(['fake-resolution'])
  })

  it('tell that pictures do not come, also where it is the training that failed', async () => {
    const failing = (count: number) => ({
      fate: ({ vendor, prompt }: { vendor: string; prompt: string }) =>
        vendor === 'one' && Number(prompt.slice(1)) < count ? ({ state: 'failed', kind: 'job-failed' } as const) : made,
    })
    expect(await flagsOf(failing(1))).toEqual([])
    expect(await flagsOf(failing(4))).toEqual([{ kind: 'unreliable', message: '4 of 8 pictures did not come.' }])
    const untrained = await flagsOf({
      training: ({ provider }) => (provider === 'one' ? { state: 'failed', kind: 'job-failed' } : made),
      fate: ({ vendor }) => (vendor === 'one' ? { state: 'open' } : made),
    })
    expect(kinds(untrained)).toEqual(['unreliable'])
  })
})
