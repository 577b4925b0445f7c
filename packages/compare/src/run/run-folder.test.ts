import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainingPhotos } from '@likeness/testkit'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseComparisonPlan } from '../plan/schema.js'
import type { AttemptLine } from './lines.js'
import { openRunFolder } from './run-folder.js'
import { openSession } from './session.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-run-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const originals = await mkdtemp(join(tmpdir(), 'likeness-photos-'))
for (const [index, photo] of trainingPhotos().entries()) await writeFile(join(originals, `${index + 1}.png`), photo)
afterAll(() => rm(originals, { recursive: true, force: true }))

const subject = { className: 'dog', images: [originals] }
const plan = parseComparisonPlan({
  version: 1,
  subjects: { rex: subject },
  vendors: { one: { provider: 'a' } },
  prompts: [{ id: 'beach', prompt: '{subject} on a beach' }],
  seeds: [1],
  budget: { limitUSD: 5 },
})
const at = '2026-01-01T00:00:00.000Z'
const intent: AttemptLine = { type: 'intent', at, key: 'generation/one', idempotencyKey: 'likeness-1' }

describe('openRunFolder', () => {
  it('keeps its id, plan and lines', async () => {
    const first = await openRunFolder(folder, plan)
    await first.store.append(intent)
    await first.store.close()
    const second = await openRunFolder(folder)
    expect(second).toMatchObject({ id: first.id, plan })
    expect(await second.store.read()).toEqual([intent])
    await second.store.close()
  })

  it('refuses another plan, a folder without one, and a plan that is none', async () => {
    await expect(openRunFolder(folder)).rejects.toThrow(/plan\.json is missing/)
    await (await openRunFolder(folder, plan)).store.close()
    await expect(openRunFolder(folder, { ...plan, seeds: [2] })).rejects.toThrow(/plan of another run/)
    await writeFile(join(folder, 'plan.json'), '{"version":1}')
    await expect(openRunFolder(folder)).rejects.toThrow(/not the plan of a run/)
  })

  it('takes other scorers, and keeps them', async () => {
    await (await openRunFolder(folder, plan)).store.close()
    const scorers = { clip: { folder: '/models/clip', dtype: 'q8' } } as const
    await (await openRunFolder(folder, { ...plan, scorers })).store.close()
    const later = await openRunFolder(folder)
    expect(later.plan).toEqual({ ...plan, scorers })
    await later.store.close()
    await expect(openRunFolder(folder, { ...plan, scorers: {}, seeds: [2] })).rejects.toThrow(/plan of another run/)
  })

  it('copies the photos when the run begins, and reads the copies from then on', async () => {
    const own = await mkdtemp(join(tmpdir(), 'likeness-photos-'))
    const [photo = new Uint8Array(), other = new Uint8Array()] = trainingPhotos()
    await writeFile(join(own, 'train.png'), photo)
    await writeFile(join(own, 'kept.png'), other)
    const subjects = { rex: { ...subject, images: [join(own, 'train.png')], heldOut: [join(own, 'kept.png')] } }
    const first = await openRunFolder(folder, { ...plan, subjects })
    await first.store.close()
    await rm(own, { recursive: true })
    const { photos, store } = await openRunFolder(folder)
    expect(photos).toEqual(first.photos)
    const [trainedOn, keptBack] = [photos.rex?.photos[0]?.file ?? '', photos.rex?.heldOut[0]?.file ?? '']
    expect(await readFile(join(folder, trainedOn))).toEqual(Buffer.from(photo))
    expect(await readFile(join(folder, keptBack))).toEqual(Buffer.from(other))
    await store.close()
  })

  it('refuses a photo that is kept back and trained on, and has then not begun', async () => {
    const subjects = { rex: { ...subject, heldOut: [originals] } }
    await expect(openRunFolder(folder, { ...plan, subjects })).rejects.toThrow(/subjects\.rex\.heldOut must hold none/)
    await expect(openRunFolder(folder)).rejects.toThrow(/plan\.json is missing/)
  })

  it('goes on only with vendors as real, or as emulated, as it began', async () => {
    await (await openRunFolder(folder, plan, { emulated: true })).store.close()
    await expect(openRunFolder(folder, plan, { emulated: false })).rejects.toThrow(/begun with emulated vendors/)
    const again = await openRunFolder(folder, undefined)
    expect(again.emulated).toBe(true)
    await again.store.close()
  })

  it('keeps a picture once, under its hash, and refuses what is none', async () => {
    const { store } = await openRunFolder(folder, plan)
    const [bytes = new Uint8Array()] = trainingPhotos()
    const kept = await store.keep({ bytes, seed: 3 })
    expect(await store.keep({ bytes, seed: 3 })).toEqual(kept)
    expect(kept).toMatchObject({ mediaType: 'image/png', width: 512, bytes: bytes.length, seed: 3 })
    expect(await readFile(join(folder, kept.file))).toEqual(Buffer.from(bytes))
    await expect(store.keep({ bytes: Buffer.from('<html>') })).rejects.toMatchObject({ kind: 'invalid-request' })
    await store.close()
  })

  it('goes on after a line that a dead process could not finish', async () => {
    const first = await openRunFolder(folder, plan)
    await first.store.append(intent)
    await first.store.close()
    await appendFile(join(folder, 'attempts.jsonl'), '{"type":"accep')
    const second = await openRunFolder(folder)
    const session = await openSession(second.store, at)
    expect(session.lines.map(({ type }) => type)).toEqual(['intent', 'opened'])
    await session.close(at)
    expect((await second.store.read()).map(({ type }) => type)).toEqual(['intent', 'opened', 'closed'])
    await second.store.close()
  })

  it('refuses lines that were damaged otherwise: what was paid for could not be told', async () => {
    const { store } = await openRunFolder(folder, plan)
    await store.append(intent)
    await appendFile(join(folder, 'attempts.jsonl'), '{"type":"accep\n')
    await store.append(intent)
    await expect(store.read()).rejects.toMatchObject({
      kind: 'invalid-request',
      message: expect.stringMatching(/line 2/),
    })
    await appendFile(join(folder, 'attempts.jsonl'), '{"type":"other"}\n')
    await expect(openSession(store, at)).rejects.toThrow(/line 2/)
    await store.close()
  })

  it('opens no file but its own, whatever a run by somebody else names', async () => {
    const { store, photos } = await openRunFolder(folder, plan)
    const image = await store.keep({ bytes: trainingPhotos()[0] ?? new Uint8Array() })
    for (const file of [join(originals, '1.png'), `images/../../${image.sha256}.png`, 'plan.json']) {
      const line = { type: 'succeeded', at, key: 'generation/one', times: {}, images: [{ ...image, file }] }
      await writeFile(join(folder, 'attempts.jsonl'), `${JSON.stringify(line)}\n`)
      await expect(store.read(), file).rejects.toThrow(/line 1 .*images\.0\.file is no picture of the run/)
      const subjects = { rex: { photos: [{ ...photos.rex?.photos[0], file }], heldOut: [] } }
      await writeFile(join(folder, 'photos.json'), JSON.stringify({ version: 1, subjects }))
      await expect(openRunFolder(folder), file).rejects.toThrow(/not the list of photos of a run/)
    }
    await store.close()
  })

  it("is nobody else's to read", async () => {
    const inner = join(folder, 'inner')
    const { store } = await openRunFolder(inner, plan)
    const { file } = await store.keep({ bytes: trainingPhotos()[0] ?? new Uint8Array() })
    for (const name of ['', 'images', 'photos']) expect((await stat(join(inner, name))).mode & 0o777).toBe(0o700)
    for (const name of ['plan.json', 'photos.json', 'attempts.jsonl', file])
      expect((await stat(join(inner, name))).mode & 0o777).toBe(0o600)
    await store.close()
  })
})

describe('openSession', () => {
  it('lets one at a time work on a run, and the next one when it is closed or given up', async () => {
    const { store } = await openRunFolder(folder, plan)
    const first = await openSession(store, at)
    await expect(openSession(store, at)).rejects.toMatchObject({ kind: 'conflict' })
    await first.close(at)
    const second = await openSession(store, at)
    second.abandon()
    await (await openSession(store, at)).close(at)
    await store.close()
  })

  it('lets the first of two that come at the same time work', async () => {
    const { store } = await openRunFolder(folder, plan)
    const both = await Promise.allSettled([openSession(store, at), openSession(store, at)])
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await store.close()
  })

  it('takes over from a process that is gone, but not from one of another machine', async () => {
    const { store } = await openRunFolder(folder, plan)
    // No process can have this number: the largest that Linux hands out is 4 194 304.
    const gone: AttemptLine = { type: 'opened', at, session: 'gone', pid: 5_000_000, host: hostname() }
    await store.append(gone)
    await (await openSession(store, at)).close(at)
    await store.append({ ...gone, session: 'elsewhere', host: `not-${hostname()}` })
    await expect(openSession(store, at)).rejects.toThrow(/Process 5000000 on not-/)
    await store.append({ type: 'closed', at, session: 'elsewhere' })
    await (await openSession(store, at)).close(at)
    await store.close()
  })
})
