import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trainingPhotos } from '@likeness/testkit'
import sharp from 'sharp'
import { type ComparisonPlanInput, parseComparisonPlan } from '../plan/schema.js'
import { planWork } from '../plan/work.js'
import type { StoredImage } from '../run/lines.js'
import { type RunSummary, readRun } from '../run/run.js'
import { openRunFolder, type RunFolder } from '../run/run-folder.js'
import type { Vote } from '../votes/vote.js'
import { createVotingApp, type VotingApp, type VotingAppOptions } from './voting-app.js'

/** Names that no page has by chance. */
export const vendorNames = ['zorvexa', 'quillomar', 'brindofax'] as const

/** A run with pictures, made without any vendor. */
export interface VotingWorld {
  readonly folder: string
  readonly run: RunFolder
  readonly summary: RunSummary
  /** Of all pictures and photos: hash and bytes. */
  readonly originals: readonly { readonly sha256: string; readonly bytes: Uint8Array }[]
  app(options?: Partial<VotingAppOptions>): Promise<VotingApp>
  close(): Promise<void>
}

const formats = ['png', 'jpeg', 'webp'] as const

/** Each vendor has a format, a size and metadata of its own: everything by which it could be told. */
async function paint(vendor: number, number: number): Promise<Buffer> {
  const width = 48 + 16 * vendor
  const picture = sharp({
    create: { width, height: 48, channels: 3, background: { r: (number * 37) % 256, g: 80 * vendor, b: number % 256 } },
  })
  const name = vendorNames[vendor] ?? ''
  return picture
    .withMetadata({ density: 72 + vendor })
    .withExif({ IFD0: { Software: name, Artist: name, ImageDescription: name } })
    .toFormat(formats[vendor] ?? 'png')
    .toBuffer()
}

export async function createVotingWorld(changes: Partial<ComparisonPlanInput> = {}): Promise<VotingWorld> {
  const photos = await mkdtemp(join(tmpdir(), 'likeness-photos-'))
  for (const [index, photo] of trainingPhotos().entries()) await writeFile(join(photos, `${index}.png`), photo)
  const plan = parseComparisonPlan({
    version: 1,
    subjects: { rex: { className: 'dog', name: 'Rex', images: [photos] } },
    vendors: Object.fromEntries(vendorNames.map((name) => [name, { provider: name, warmUp: 1 }])),
    prompts: ['beach', 'table'].map((id) => ({ id, prompt: `{subject} on a <${id}>` })),
    seeds: [1, 2],
    budget: { limitUSD: 5 },
    ...changes,
  })
  const folder = await mkdtemp(join(tmpdir(), 'likeness-vote-'))
  const run = await openRunFolder(folder, plan, { emulated: true })
  const originals: { sha256: string; bytes: Uint8Array }[] = []
  const at = '2026-01-01T00:00:00.000Z'
  for (const [number, { key, vendor }] of planWork(plan).pictures.entries()) {
    const bytes = await paint(Object.keys(plan.vendors).indexOf(vendor), number)
    const image: StoredImage = await run.store.keep({ bytes })
    originals.push({ sha256: image.sha256, bytes })
    await run.store.append({ type: 'succeeded', at, key, times: {}, images: [image] })
  }
  for (const { sha256 } of run.photos.rex?.photos ?? []) originals.push({ sha256, bytes: new Uint8Array() })
  const summary = await readRun(run)
  await run.store.close()
  return {
    folder,
    run,
    summary,
    originals,
    app: (options = {}) => createVotingApp({ run, summary, ...options }),
    async close() {
      await rm(folder, { recursive: true, force: true })
      await rm(photos, { recursive: true, force: true })
    },
  }
}

/** Names the two pictures that a vote was on. */
export function comparedBy({ prompt, seed, left, right }: Vote): string {
  return [prompt, seed, ...[left, right].sort()].join(' ')
}

/** What a page shows of a pair. */
export interface SeenBallot {
  readonly id: string
  readonly asked: string
  /** Addresses of the two pictures, left first. */
  readonly pictures: readonly string[]
}

const origin = 'http://127.0.0.1:4000'

/** A browser that keeps its cookie and sends what browsers send with forms. */
export class TestBrowser {
  #cookie = ''
  /** Of everything that was answered: headers and bytes. */
  readonly received: { readonly path: string; readonly headers: string; readonly bytes: Buffer }[] = []
  #app: VotingApp

  constructor(app: VotingApp) {
    this.#app = app
  }

  async send(path: string, init: RequestInit = {}): Promise<Response & { readonly content: string }> {
    const headers = new Headers(init.headers)
    if (this.#cookie !== '') headers.set('cookie', this.#cookie)
    const answer = await this.#app.fetch(new Request(new URL(path, `${origin}/`), { ...init, headers }))
    const cookie = answer.headers.get('set-cookie')
    if (cookie !== null) this.#cookie = /Max-Age=0/.test(cookie) ? '' : (cookie.split(';')[0] ?? '')
    const bytes = Buffer.from(await answer.arrayBuffer())
    this.received.push({ path, headers: JSON.stringify([...answer.headers]), bytes })
    return Object.assign(answer, { content: bytes.toString() })
  }

  /** Comes to another server with the same name and port. */
  moveTo(app: VotingApp): void {
    this.#app = app
  }

  get(path: string) {
    return this.send(path)
  }

  /** Sends a form and goes where the answer leads. */
  async post(path: string, form: Readonly<Record<string, string>> = {}) {
    const body = new URLSearchParams(form)
    const answer = await this.send(path, { method: 'POST', body, headers: { origin, 'sec-fetch-site': 'same-origin' } })
    const target = answer.headers.get('location')
    return target === null ? answer : this.get(target)
  }

  enter(name: string) {
    return this.post('voter', { name })
  }

  /** What is to be judged; `undefined` where nothing is left. */
  async ballot(): Promise<SeenBallot | undefined> {
    const { content } = await this.get('./')
    const id = /name="ballot" value="([^"]+)"/.exec(content)?.[1]
    if (id === undefined) return undefined
    const pictures = [...content.matchAll(/<img src="([^"]+)" alt="Picture \d">/g)].map((match) => match[1] ?? '')
    return { id, asked: /<q>(.*?)<\/q>/.exec(content)?.[1] ?? '', pictures }
  }

  /** Says something of the open pair. */
  async vote(choice: 'left' | 'right' | 'tie' | 'skip'): Promise<SeenBallot | undefined> {
    const ballot = await this.ballot()
    if (ballot !== undefined) await this.post('vote', { ballot: ballot.id, choice })
    return ballot
  }
}
