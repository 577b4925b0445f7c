import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ReportData,
  type ReportImage,
  type ReportPicture,
  type ReportTraining,
  renderReport,
} from '@likeness/compare'
import type { Portfolio, Provider, Subject } from '@likeness/core'
import { openImages } from '@likeness/core/images'
import { portfolioSchema } from '@likeness/core/schemas'
import { serializeError } from '../print-error.js'
import type { Session } from '../session.js'
import { generateEverywhere } from './generate.js'
import { train } from './train.js'

/** What the demo does. */
export interface DemoRequest {
  readonly providers: readonly Provider[]
  readonly subject: Subject
  /** Photos, folders or globs. */
  readonly photos: readonly string[]
  readonly prompts: readonly string[]
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

async function picturesOf(
  session: Session,
  request: DemoRequest,
  portfolio: Portfolio,
  index: number,
): Promise<ReportPicture[]> {
  const { providers, prompts, size, seed, output } = request
  const prompt = prompts[index] ?? ''
  const trained = providers.filter(({ id }) => portfolio.models.some(({ provider }) => provider === id))
  const outcomes = await generateEverywhere(session, {
    providers: trained,
    portfolio,
    input: { prompt, size, seed },
    output: join(output, 'pictures'),
    yes: true,
  })
  return Promise.all(
    outcomes.map(async (outcome): Promise<ReportPicture> => {
      const { provider } = outcome
      const work = { provider, prompt: index }
      if (outcome.state === 'failed')
        return { ...work, warnings: [], attempts: [], error: serializeError(outcome.error) }
      const { result, saved } = outcome.value
      const { cost, estimate, durationMs, warnings, attempts } = result
      const [image] = await embed(
        saved.slice(0, 1).map(({ path }) => path),
        () => `${prompt}, by ${provider}`,
      )
      return { ...work, image, seed: result.images[0]?.seed, cost, estimate, durationMs, warnings, attempts }
    }),
  )
}

/** Trains the subject everywhere, sends every prompt to every provider, and writes the page. */
export async function runDemo(session: Session, request: DemoRequest): Promise<DemoReport> {
  const { output, subject, photos, prompts, providers, size } = request
  await mkdir(output, { recursive: true })
  const portfolioPath = join(output, 'portfolio.json')
  await writeFile(portfolioPath, JSON.stringify({ version: 1, subject, models: [] }))
  const trainings = await trainEverywhere(session, request, portfolioPath)
  const portfolio = portfolioSchema.parse(JSON.parse(await readFile(portfolioPath, 'utf8')))
  const pictures: ReportPicture[] = []
  for (const index of prompts.keys()) pictures.push(...(await picturesOf(session, request, portfolio, index)))
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
  }
  const path = join(output, 'report.html')
  await writeFile(path, renderReport(data))
  return { path, data }
}
