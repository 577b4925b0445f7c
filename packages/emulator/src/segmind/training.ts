import { randomUUID } from 'node:crypto'
import { json } from '../core/responses.js'
import type { ReceivedFile } from '../core/types.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import { packWeights } from '../core/weights.js'
import type { Handlers } from './account.js'
import { DatasetError, readDataset } from './dataset.js'
import { fineTuneEntity, submittedEntity } from './entities.js'
import { insufficientCredits, refusal, serviceClosed } from './errors.js'
import { looseInput, readBoolean, requireString, strictInput } from './input.js'
import { creditsOf, totalOf } from './prices.js'
import type { FineTune, FineTuneStatus } from './records.js'
import type { SegmindSettings } from './settings.js'
import type { Storage } from './storage.js'
import type { TrainingRequest } from './training-request.js'
import { readTrainingRequest } from './training-request.js'
import type { FineTuneWebhooks } from './webhooks.js'

type TrainingAction = 'submitFineTune' | 'showFineTune' | 'listFineTunes' | 'updateAccess'

/** Base models whose LoRA can be downloaded. Flux Pro's weights stay with BFL. */
const baseOfWeights = { FLUX_PRO: undefined, FLUX: 'FLUX.1-dev', FAST_FLUX: 'FLUX.1-dev', QWEN: 'Qwen-Image' } as const

/** The account's fine-tuning requests and how they go on. */
export class FineTunes {
  readonly #context: VendorContext<SegmindSettings>
  readonly #storage: Storage
  readonly #webhooks: FineTuneWebhooks
  #fineTunes: FineTune[] = []

  constructor(context: VendorContext<SegmindSettings>, storage: Storage, webhooks: FineTuneWebhooks) {
    this.#context = context
    this.#storage = storage
    this.#webhooks = webhooks
  }

  get all(): readonly FineTune[] {
    return this.#fineTunes.filter((fineTune) => !fineTune.isGone)
  }

  find(id: string): FineTune | undefined {
    return this.all.find((fineTune) => fineTune.id === id)
  }

  findBySlug(slug: string): FineTune | undefined {
    return this.all.find((fineTune) => fineTune.slug === slug)
  }

  expire(fineTune: FineTune): void {
    fineTune.isGone = true
    if (fineTune.weightsKey !== undefined) this.#context.files.remove(fineTune.weightsKey)
  }

  reset(): void {
    this.#fineTunes = []
  }

  handlers(): Handlers<TrainingAction> {
    const show = (fineTune: FineTune) => fineTuneEntity(fineTune, (key) => this.#storage.weightsURL(key))
    const find = (request: ReceivedRequest) => {
      const id = requireString(looseInput(request), 'request_id')
      return { id, fineTune: this.find(id) }
    }
    return {
      submitFineTune: (request) => this.#submit(request),

      showFineTune: (request) => {
        const { id, fineTune } = find(request)
        return fineTune === undefined ? refusal(404, `Request ${id} not found`) : json({ finetune: show(fineTune) })
      },

      // A bare array by the SDK's types; newest first is assumed.
      listFineTunes: () => json(this.all.toReversed().map(show)),

      // The SDK sends a form with Python's `True` and `False`; api-evangelist (2026-08) shows `access` in JSON.
      updateAccess: (request) => {
        const { id, fineTune } = find(request)
        if (fineTune === undefined) return refusal(404, `Request ${id} not found`)
        const input = looseInput(request)
        const isPublic = readBoolean(input, 'segmind_public') ?? { public: true, private: false }[String(input.access)]
        if (isPublic === undefined) return refusal(400, 'segmind_public is required')
        fineTune.isPublic = isPublic
        fineTune.updatedAt = this.#context.clock.now()
        return json({ request_id: fineTune.id, segmind_public: isPublic })
      },
    }
  }

  #submit(received: ReceivedRequest): Response {
    const { invoice, settings } = this.#context
    if (settings.serviceClosed) return serviceClosed()
    const request = readTrainingRequest(strictInput(received))
    if (!invoice.canAfford(totalOf(request.lines))) return insufficientCredits('v1', creditsOf(invoice.balance))
    const fineTune = this.#create(request, (files) => received.addFiles(files))
    received.accept(fineTune.id)
    return json(submittedEntity(fineTune))
  }

  #create(request: TrainingRequest, addFiles: (files: readonly ReceivedFile[]) => void): FineTune {
    const { clock, durations, faults, invoice, jobs, timers } = this.#context
    const id = randomUUID()
    const fineTune = jobs.add<FineTune>({
      kind: 'fine-tune',
      id,
      state: 'REQUESTED',
      createdAt: clock.now(),
      updatedAt: clock.now(),
      model: request.baseModel,
      appliedFineTunes: [],
      request,
      slug: `${randomUUID()}-${request.name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-')}`,
      isPublic: request.isPublic,
      photos: [],
      weightsKey: undefined,
      isGone: false,
    })
    this.#fineTunes.push(fineTune)
    // That money is taken at once, and given back when the training fails, is assumed.
    invoice.bill({ kind: 'fine-tune', jobId: id, lines: request.lines })
    const fault = faults.takeForJob('fine-tune')
    this.#webhooks.openFor(fineTune)

    const steps: (readonly [ms: number, step: () => Promise<boolean>])[] = [
      [durations.fineTuneQueued / 2, () => this.#become(fineTune, 'DATA_PROCESSING')],
      [durations.fineTuneQueued / 2, () => this.#readDataset(fineTune, addFiles)],
      [0, () => this.#become(fineTune, 'TRAINING_INITIATED')],
      [
        durations.fineTuneRunning,
        async () => {
          if (fault?.type === 'job-stuck') return false
          if (fault === undefined) return await this.#complete(fineTune)
          return this.#fail(
            fineTune,
            fault.type === 'job-blocked' ? 'Request Moderated' : (fault.message ?? 'Internal Server Error'),
          )
        },
      ],
      [durations.fineTuneDeploying / 2, () => this.#become(fineTune, this.#context.settings.deployingStatusName)],
      [durations.fineTuneDeploying / 2, () => this.#become(fineTune, 'AVAILABLE')],
    ]
    /** Each step is timed from the end of the one before; a step that answers false is the last. */
    const walk = (index: number): void => {
      const next = steps[index]
      if (next === undefined) return
      const [ms, step] = next
      timers.after(ms, async () => {
        if (!fineTune.isGone && (await step())) walk(index + 1)
      })
    }
    walk(0)
    return fineTune
  }

  async #readDataset(fineTune: FineTune, addFiles: (files: readonly ReceivedFile[]) => void): Promise<boolean> {
    try {
      fineTune.photos = await readDataset(fineTune, this.#storage, this.#context, addFiles)
      return true
    } catch (error) {
      if (error instanceof DatasetError) return this.#fail(fineTune, error.message)
      throw error
    }
  }

  async #complete(fineTune: FineTune): Promise<boolean> {
    const baseModel = baseOfWeights[fineTune.request.baseModel]
    if (baseModel !== undefined) {
      const photos = fineTune.photos.map((photo) => photo.path)
      const { triggerWord } = fineTune.request
      fineTune.weightsKey = this.#context.files.addLazy(
        {
          name: 'model.safetensors',
          mediaType: 'application/octet-stream',
          make: () => packWeights({ photos, baseModel, triggerWord, trainedBy: 'segmind' }),
        },
        `${fineTune.id}/model.safetensors`,
      )
    }
    return await this.#become(fineTune, 'TRAINING_COMPLETED')
  }

  async #become(fineTune: FineTune, state: FineTuneStatus): Promise<boolean> {
    fineTune.state = state
    fineTune.updatedAt = this.#context.clock.now()
    if (state === 'AVAILABLE') fineTune.finishedAt = fineTune.updatedAt
    await this.#webhooks.statusChanged(fineTune)
    return true
  }

  #fail(fineTune: FineTune, message: string): false {
    fineTune.state = 'FAILED'
    fineTune.error = message
    fineTune.finishedAt = fineTune.updatedAt = this.#context.clock.now()
    this.#context.invoice.refund(fineTune.id)
    return false
  }
}
