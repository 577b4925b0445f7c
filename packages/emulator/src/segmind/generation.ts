import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { gatewayPage, json } from '../core/responses.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import type { Handlers } from './account.js'
import type { PictureFile } from './entities.js'
import { metricsOf, queuedEntity, resultEntity } from './entities.js'
import { InvalidInput, insufficientCredits, modelRetired, refusal } from './errors.js'
import type { FoundModel } from './find-model.js'
import { findModel } from './find-model.js'
import { readPicturePlan, seedOf } from './generation-request.js'
import type { Input } from './input.js'
import { strictInput } from './input.js'
import type { Model } from './models.js'
import { pictureOf, visibleStrength } from './pictures.js'
import { creditsOf, nanoUSDPerCredit, pictureLines, totalOf } from './prices.js'
import type { Generation, PicturePlan } from './records.js'
import type { SegmindSettings } from './settings.js'
import type { FineTunes } from './training.js'

/** A request's record is kept for an hour (docs.segmind.com, async inference; counted from the submit), its pictures for 7 days. */
const recordMs = 60 * 60 * 1000
const pictureMs = 7 * 24 * recordMs

/** A synchronous call that takes longer ends at the gateway in front. */
const gatewayMs = 60_000

type GenerationAction = 'generateNow' | 'submitGeneration' | 'showStatus' | 'showResult' | 'pollGeneration'

/** Inference: v1 answers with the picture, v2 with a job to poll. Only what succeeds is charged, once, when it is done. */
export class Generations {
  readonly #context: VendorContext<SegmindSettings>
  readonly #fineTunes: FineTunes
  #generations: Generation[] = []

  constructor(context: VendorContext<SegmindSettings>, fineTunes: FineTunes) {
    this.#context = context
    this.#fineTunes = fineTunes
  }

  expireById(id: string): void {
    const generation = this.#generations.find((each) => each.id === id)
    if (generation !== undefined) this.#expire(generation)
  }

  sweep(): void {
    const now = this.#context.clock.now()
    for (const generation of this.#generations) {
      if (generation.createdAt + recordMs <= now) generation.isGone = true
      if (generation.finishedAt !== undefined && generation.finishedAt + pictureMs <= now) this.#expire(generation)
    }
  }

  reset(): void {
    this.#generations = []
  }

  handlers(): Handlers<GenerationAction> {
    return {
      generateNow: async (request, { slug = '' }) => await this.#generateNow(request, this.#findModel(slug)),
      submitGeneration: (request, { slug = '' }) => this.#submit(request, this.#findModel(slug)),
      showStatus: (_request, { request: id = '' }) => {
        const generation = this.#find(id)
        if (generation === undefined) return refusal(404, `Request ${id} not found`)
        return generation.state === 'FAILED' ? this.#failure(generation) : json(this.#status(generation))
      },
      showResult: async (_request, { request: id = '' }) => await this.#result(id, `Request ${id} not found`),
      pollGeneration: async (_request, { request: id = '' }) =>
        await this.#result(id, `Output for this request ID ${id} Not Found`),
    }
  }

  #findModel(slug: string): FoundModel | 'retired' | undefined {
    return findModel(slug, this.#context.settings.retiredModels, (own) => this.#fineTunes.findBySlug(own))
  }

  async #generateNow(request: ReceivedRequest, found: FoundModel | 'retired' | undefined): Promise<Response> {
    const { clock, durations, files, invoice } = this.#context
    const input = strictInput(request)
    if (found === undefined) return refusal(404, 'Model not found')
    if (found === 'retired') return modelRetired()
    const id = randomUUID()
    const plan = this.#plan(found, input, id)
    const lines = linesOf(plan)
    if (!invoice.canAfford(totalOf(lines))) return insufficientCredits('v1', creditsOf(invoice.balance))
    const generation = this.#create(id, found.model, plan)
    request.accept(id)
    generation.state = 'PROCESSING'
    generation.startedAt = clock.now()
    const ms = durations.generationQueued + durations.generationRunning
    // Nothing is charged that did not end in 200.
    if (generation.fault?.type === 'job-stuck' || ms > gatewayMs) {
      await clock.sleep(gatewayMs)
      return gatewayPage(504, 'Gateway Time-out')
    }
    await clock.sleep(ms)
    const error = this.#finish(generation)
    if (error !== undefined) return refusal(generation.fault?.type === 'job-blocked' ? 400 : 500, error)
    // Several pictures: what v1 answers is not documented; the first, here.
    const file = await files.get(generation.fileIds[0] ?? '')
    if (file === undefined) return refusal(500, 'Internal Server Error')
    const bytes = await readFile(file.path)
    const headers = {
      'x-cost': String(totalOf(lines) / nanoUSDPerCredit),
      'x-remaining-credits': String(creditsOf(invoice.balance)),
      'x-request-id': id,
      'x-generation-time': String(ms / 1000),
      'x-seed-value': String(plan.seed),
    }
    if (plan.asBase64) return json({ image: bytes.toString('base64') }, 200, headers)
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': `image/${plan.format}`, ...headers } })
  }

  #submit(request: ReceivedRequest, found: FoundModel | 'retired' | undefined): Response {
    const { durations, invoice, origin, timers } = this.#context
    const input = strictInput(request)
    if (found === undefined) return refusal(404, 'Model not found')
    if (found === 'retired') return modelRetired()
    // Without dashes, as captured; the documents show a UUID.
    const id = randomUUID().replaceAll('-', '')
    const plan = this.#planOrFault(found, input, id)
    const lines = 'fault' in plan ? pictureLines(found.model.slug, 1, found.model.price) : linesOf(plan)
    if (!invoice.canAfford(totalOf(lines))) return insufficientCredits('v2', creditsOf(invoice.balance))
    const generation = this.#create(id, found.model, 'fault' in plan ? undefined : plan)
    if ('fault' in plan) generation.error = plan.fault
    request.accept(id)
    timers.after(durations.generationQueued, () => {
      generation.state = 'PROCESSING'
      generation.startedAt = this.#context.clock.now()
      if (generation.fault?.type === 'job-stuck') return
      timers.after(durations.generationRunning, () => void this.#finish(generation))
    })
    return json(queuedEntity(generation, origin()))
  }

  #create(id: string, model: Model, plan: PicturePlan | undefined): Generation {
    const { clock, faults, jobs } = this.#context
    const generation = jobs.add<Generation>({
      kind: 'generation',
      id,
      state: 'QUEUED',
      createdAt: clock.now(),
      model: model.slug,
      appliedFineTunes: [],
      plan,
      fault: faults.takeForJob('generation'),
      lines: plan === undefined ? [] : linesOf(plan),
      startedAt: undefined,
      fileIds: [],
      isGone: false,
    })
    this.#generations.push(generation)
    return generation
  }

  /** Returns why it failed. */
  #finish(generation: Generation): string | undefined {
    const { clock, files, invoice } = this.#context
    const { fault, plan } = generation
    generation.finishedAt = clock.now()
    if (fault !== undefined || plan === undefined) {
      generation.state = 'FAILED'
      generation.error ??=
        fault?.type === 'job-failed' ? (fault.message ?? 'Internal Server Error') : 'Content Moderated'
      return generation.error
    }
    generation.state = 'COMPLETED'
    const { subjectFidelity } = this.#context.settings
    if (plan.fineTune !== undefined && visibleStrength(plan) > 0 && subjectFidelity !== 'dropped')
      generation.appliedFineTunes = [plan.fineTune.id]
    generation.fileIds = Array.from({ length: plan.samples }, (_, index) => {
      const name = `${generation.id}${index === 0 ? '' : `-${index}`}.${plan.format}`
      return files.addLazy(pictureOf(plan, index, name, subjectFidelity), `generations/${name}`)
    })
    invoice.bill({ kind: 'generation', jobId: generation.id, lines: generation.lines })
    return undefined
  }

  #expire(generation: Generation): void {
    generation.isGone = true
    for (const id of generation.fileIds) this.#context.files.remove(id)
  }

  #find(id: string): Generation | undefined {
    return this.#generations.find((generation) => generation.id === id && !generation.isGone)
  }

  #plan({ model, fineTune }: FoundModel, input: Input, id: string): PicturePlan {
    return readPicturePlan(
      model,
      input,
      fineTune,
      (fineTuneId) => this.#fineTunes.find(fineTuneId),
      () => seedOf(id),
    )
  }

  /** Observed: v2 accepts an invalid body, and the job fails. */
  #planOrFault(found: FoundModel, input: Input, id: string): PicturePlan | { readonly fault: string } {
    try {
      return this.#plan(found, input, id)
    } catch (error) {
      if (error instanceof InvalidInput) return { fault: error.message }
      throw error
    }
  }

  #status(generation: Generation): Record<string, unknown> {
    return { status: generation.state, request_id: generation.id, metrics: this.#metrics(generation) }
  }

  #metrics(generation: Generation): Record<string, number> {
    return metricsOf(generation, {
      cost: totalOf(generation.lines) / nanoUSDPerCredit,
      remaining_credits: creditsOf(this.#context.invoice.balance),
    })
  }

  /** A failed job is 422, on status and result alike. */
  #failure(generation: Generation): Response {
    return json({ error: generation.error, metrics: this.#metrics(generation), status: 'FAILED' }, 422)
  }

  async #result(id: string, missing: string): Promise<Response> {
    const generation = this.#find(id)
    if (generation === undefined) return refusal(404, missing)
    if (generation.state === 'FAILED') return this.#failure(generation)
    // What it answers while the job runs is not documented; the status, here.
    if (generation.state !== 'COMPLETED' || generation.plan === undefined) return json(this.#status(generation))
    const images = await Promise.all(generation.fileIds.map((fileId) => this.#pictureFile(fileId)))
    return json(resultEntity(generation.plan, images, this.#metrics(generation)))
  }

  async #pictureFile(id: string): Promise<PictureFile> {
    const file = await this.#context.files.get(id)
    return {
      url: `${this.#context.origin()}/images/${id}`,
      content_type: file?.mediaType ?? 'application/octet-stream',
      file_name: id.slice('generations/'.length),
      file_size: String(file?.bytes ?? 0),
    }
  }
}

function linesOf({ model, samples }: PicturePlan) {
  return pictureLines(model.slug, samples, model.price)
}
