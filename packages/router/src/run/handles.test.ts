import { generate, LikenessError, resume, startGenerate } from '@likeness/core'
import { expect, it } from 'vitest'
import { createRouter } from '../index.js'
import { createVendors, failureOf } from '../portfolio/test-vendors.js'
import { generatingWith, oneAfterTheOther, partsIn, prompt, trainedAt } from './test-requests.js'

const json = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value))

it('gives the same pictures in the same order again, also where one of a request was made elsewhere', async () => {
  const vendors = createVendors()
  const { fal, astria } = vendors
  const portfolio = await trainedAt(fal, astria)
  const error = new LikenessError({ kind: 'job-failed', message: 'one failed', provider: 'fal' })
  const lossy = generatingWith(fal, {
    async status(handle, options) {
      const status = await fal.generate?.status(handle, options)
      if (status === undefined) throw new TypeError('fal generates')
      if (status.state !== 'succeeded') return status
      return { ...status, images: status.images.filter((_, index) => index !== 1), failures: [{ index: 1, error }] }
    },
  })
  const make = () => createRouter({ providers: { fal: lossy, astria }, target: oneAfterTheOther('fal', 'astria') })
  const result = await generate({ provider: make(), portfolio, prompt, n: 4 })
  expect(result.images.map(({ provider }) => provider)).toEqual(['fal', 'astria', 'fal', 'fal'])
  expect(result.trail.map(({ outcome }) => outcome)).toEqual(['partial', 'succeeded'])
  expect(result.handle.n).toBe(4)
  const again = await resume(json(result.handle), make())
  if (again.kind !== 'generation') throw new Error('not a generation')
  expect(again.failures).toEqual([])
  expect(again.images.map(({ url }) => url)).toEqual(result.images.map(({ url }) => url))
})

it('gives what is left where a vendor has forgotten one of the jobs', async () => {
  const vendors = createVendors()
  const { fal } = vendors
  const portfolio = await trainedAt(fal)
  const work = { portfolio, prompt, n: 8 }
  const target = { provider: 'fal' }
  const { handle } = await generate({ provider: createRouter({ providers: { fal }, target }), ...work })
  const gone = partsIn(handle)[0]?.handle.id
  const forgetful = generatingWith(fal, {
    async status(job, options) {
      if (job.id === gone) throw new LikenessError({ kind: 'not-found', message: 'gone', provider: 'fal' })
      const status = await fal.generate?.status(job, options)
      return status ?? { state: 'expired' }
    },
  })
  const end = await resume(handle, createRouter({ providers: { fal: forgetful }, target }))
  if (end.kind !== 'generation') throw new Error('not a generation')
  expect(end.images).toHaveLength(4)
  expect(end.failures.map(({ index, error }) => [index, error.kind])).toEqual(
    [0, 1, 2, 3].map((index) => [index, 'expired']),
  )
})

it('loses no picture of two jobs that were to make the same', async () => {
  const vendors = createVendors()
  const { fal, astria } = vendors
  const portfolio = await trainedAt(fal, astria)
  const caller = new AbortController()
  const make = () =>
    createRouter({
      providers: { fal, astria },
      target: oneAfterTheOther('fal', 'astria'),
      hedge: { after: 1_000, maximumShare: 1 },
      onEvent(event) {
        if (event.type === 'job.progress' && event.provider === 'astria') caller.abort()
      },
    })
  const aborted = await failureOf(generate({ provider: make(), portfolio, prompt, n: 2, abortSignal: caller.signal }))
  if (aborted.handle === undefined) throw new Error('nothing is under way')
  const end = await resume(json(aborted.handle), make())
  if (end.kind !== 'generation') throw new Error('not a generation')
  expect(end.images.map(({ provider }) => provider).toSorted()).toEqual(['astria', 'astria', 'fal', 'fal'])
})

it('says again which pictures did not come', async () => {
  for (const begin of ['generate', 'startGenerate'] as const) {
    const vendors = createVendors()
    const { fal, emulator } = vendors
    const portfolio = await trainedAt(fal)
    const make = () => createRouter({ providers: { fal }, target: { provider: 'fal' } })
    emulator.vendors.fal.fault({ operation: 'generation.submit', skip: 1, fault: { type: 'insufficient-credits' } })
    const work = { provider: make(), portfolio, prompt, n: 10 }
    const { handle } = begin === 'generate' ? await generate(work) : await startGenerate(work)
    expect(handle.n).toBe(10)
    expect(partsIn(handle).map(({ pictures }) => pictures)).toEqual([
      [0, 1, 2, 3],
      [8, 9],
    ])
    const again = await resume(json(handle), make())
    if (again.kind !== 'generation') throw new Error('not a generation')
    expect(again.images).toHaveLength(6)
    expect(again.failures.map(({ index, error }) => [index, error.kind])).toEqual(
      [4, 5, 6, 7].map((index) => [index, 'insufficient-credits']),
    )
  }
})
