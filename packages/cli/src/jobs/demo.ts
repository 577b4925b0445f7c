import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ReportData,
  type ReportFallback,
  type ReportImage,
  type ReportPicture,
  type ReportRouted,
  type ReportTraining,
  renderReport,
} from '@likeness/compare'
import { LikenessError, type Portfolio, type Provider, type Subject, type TrailEntry } from '@likeness/core'
import { openImages } from '@likeness/core/images'
import { portfolioSchema } from '@likeness/core/schemas'
import { serializeError } from '../print-error.js'
import type { Session } from '../session.js'
import { generateEverywhere, type SavedResult } from './generate.js'
import { noteTrail } from './note-trail.js'
import type { JobOutcome } from './run-job.js'
import { train } from './train.js'

/** What the demo does. */
export interface DemoRequest {
  readonly providers: readonly Provider[]
  /** Over all of them. */
  readonly router: Provider
  /** `Provider.id` of the one that the router asks first. */
  readonly preferred: string
  /** Breaks that one. */
  readonly breakPreferred: () => void
  readonly subject: Subject
  /** Photos, folders or globs. */
  readonly photos: readonly string[]
  readonly prompts: readonly string[]
  /** Sent through the router; its first choice breaks after the first of them. */
  readonly routedPrompts: readonly string[]
  /** `1024x1024` */
  readonly size: string
  readonly seed: number
  /** Folder for everything that is written. */
  readonly output: string
}

/** What came of it. */
export interface DemoReport {
  /** The page. */
  readonly path: string
  readonly data: ReportData
}

/** Pictures as the page embeds them. */
async function embed(paths: readonly string[], alt: (index: number) => string): Promise<ReportImage[]> {
  const { images, close } = await openImages(paths)
  try {
    return await Promise.all(
      images.map(async ({ mediaType, width, height, stream }, index) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of stream()) chunks.push(chunk)
        const src = `data:${mediaType};base64,${Buffer.concat(chunks).toString('base64')}`
        return { alt: alt(index), src, width, height }
      }),
    )
  } finally {
    await close()
  }
}

async function trainEverywhere(session: Session, request: DemoRequest, portfolio: string): Promise<ReportTraining[]> {
  const { providers, subject, photos } = request
  // Without a word of its own a vendor that has no default would learn the class, not the subject.
  const input = { subject, images: [...photos], trigger: 'ohwx' }
  const { outcomes } = await train(session, { providers, input, portfolio, yes: true })
  return outcomes.map((outcome) => {
    const { provider } = outcome
    if (outcome.state === 'failed')
      return { provider, warnings: [], attempts: [], error: serializeError(outcome.error) }
    const { model, cost, estimate, durationMs, warnings, attempts } = outcome.value
    return { provider, model: model.id, base: model.base, cost, estimate, durationMs, warnings, attempts }
  })
}

/** A picture as the page shows it, with who made it. */
async function pictureOf(
  outcome: JobOutcome<SavedResult>,
  index: number,
  prompt: string,
): Promise<ReportPicture & { readonly trail: readonly TrailEntry[] }> {
  if (outcome.state === 'failed') {
    const { error, provider } = outcome
    const trail = LikenessError.is(error) ? (error.trail ?? []) : []
    return { provider, prompt: index, warnings: [], attempts: [], trail, error: serializeError(error) }
  }
  const { result, saved } = outcome.value
  const { cost, estimate, durationMs, warnings, attempts, trail } = result
  const provider = trail.find(({ outcome: end }) => end === 'succeeded')?.provider ?? outcome.provider
  const [image] = await embed(
    saved.slice(0, 1).map(({ path }) => path),
    () => `${prompt}, by ${provider}`,
  )
  const seed = result.images[0]?.seed
  return { provider, prompt: index, image, seed, cost, estimate, durationMs, warnings, attempts, trail }
}

/** One prompt at several providers. */
async function picturesAt(
  session: Session,
  { size, seed, output }: DemoRequest,
  portfolio: Portfolio,
  providers: readonly Provider[],
  prompt: string,
) {
  return generateEverywhere(session, {
    providers,
    portfolio,
    input: { prompt, size, seed },
    output: join(output, 'pictures'),
    yes: true,
  })
}

async function picturesOf(
  session: Session,
  request: DemoRequest,
  portfolio: Portfolio,
  index: number,
): Promise<ReportPicture[]> {
  const prompt = request.prompts[index] ?? ''
  const trained = request.providers.filter(({ id }) => portfolio.models.some(({ provider }) => provider === id))
  const outcomes = await picturesAt(session, request, portfolio, trained, prompt)
  return Promise.all(outcomes.map((outcome) => pictureOf(outcome, index, prompt)))
}

/** Prompts through the router, whose first choice breaks after the first of them. */
async function breakInTheMiddle(session: Session, request: DemoRequest, portfolio: Portfolio): Promise<ReportFallback> {
  const { router, preferred, breakPreferred, routedPrompts } = request
  const pictures: ReportRouted[] = []
  for (const [index, prompt] of routedPrompts.entries()) {
    if (index === 1) {
      breakPreferred()
      session.note(`${preferred} breaks down now: it answers every request with an error.`)
    }
    const outcomes = await picturesAt(session, request, portfolio, [router], prompt)
    for (const outcome of outcomes) {
      const trail = outcome.state === 'done' ? outcome.value.result.trail : []
      noteTrail(session, outcome.provider, trail)
      pictures.push(await pictureOf(outcome, index, prompt))
    }
  }
  return { router: router.id, broken: preferred, prompts: routedPrompts, pictures }
}

/** Trains the subject everywhere, sends every prompt to every provider, breaks one, and writes the page. */
export async function runDemo(session: Session, request: DemoRequest): Promise<DemoReport> {
  const { output, subject, photos, prompts, providers, size } = request
  await mkdir(output, { recursive: true })
  const portfolioPath = join(output, 'portfolio.json')
  await writeFile(portfolioPath, JSON.stringify({ version: 1, subject, models: [] }))
  const trainings = await trainEverywhere(session, request, portfolioPath)
  const portfolio = portfolioSchema.parse(JSON.parse(await readFile(portfolioPath, 'utf8')))
  const pictures: ReportPicture[] = []
  for (const index of prompts.keys()) pictures.push(...(await picturesOf(session, request, portfolio, index)))
  const fallback = await breakInTheMiddle(session, request, portfolio)
  const data: ReportData = {
    subject,
    createdAt: new Date(session.io.clock.now()).toISOString(),
    emulated: true,
    size,
    photos: await embed(photos, (index) => `Training photo ${index + 1}`),
    providers: providers.map(({ id }) => id),
    trainings,
    prompts,
    pictures,
    fallback,
  }
  const path = join(output, 'report.html')
  await writeFile(path, renderReport(data))
  return { path, data }
}
