import type { StoredFile } from '../core/files.js'
import type { InvoiceLine } from '../core/types.js'
import type { VendorContext } from '../core/vendor.js'
import { fileKey } from './file-key.js'
import { autoExtendLines, millicentsOf } from './prices.js'
import type { Tune } from './records.js'
import { isGone, retentionMs } from './records.js'
import type { AstriaSettings } from './settings.js'
import type { Branch, TuneAttributes } from './tune-attributes.js'
import type { Callbacks } from './webhooks.js'

/** The account's tunes and how their training goes on. */
export class Tunes {
  readonly #context: VendorContext<AstriaSettings>
  readonly #callbacks: Callbacks
  #tunes: Tune[] = []
  #lastNumber = 2_600_000
  /** Told whenever a tune is trained or gone, for prompts that wait for it. */
  onSettled: (tune: Tune) => void = () => {}

  constructor(context: VendorContext<AstriaSettings>, callbacks: Callbacks) {
    this.#context = context
    this.#callbacks = callbacks
  }

  get all(): readonly Tune[] {
    return this.#tunes.filter((tune) => !isGone(tune))
  }

  find(number: number): Tune | undefined {
    return this.all.find((tune) => tune.number === number)
  }

  branchOf(number: number): Branch | undefined {
    return this.find(number)?.attributes.branch
  }

  /** Starts the training at once. A faceid tune needs none: it is trained when it is created, and calls nobody back. */
  create(attributes: TuneAttributes, photos: readonly StoredFile[], lines: readonly InvoiceLine[]): Tune {
    const { clock, durations, faults, files, invoice, jobs } = this.#context
    const now = clock.now()
    const number = ++this.#lastNumber
    const isInstant = attributes.modelType === 'faceid'
    const tune = jobs.add<Tune>({
      kind: 'fine-tune',
      id: String(number),
      number,
      state: isInstant ? 'trained' : 'queued',
      createdAt: now,
      updatedAt: now,
      model: attributes.branch,
      appliedFineTunes: [],
      attributes,
      photos,
      photoKeys: photos.map((photo, index) => files.add(photo, fileKey(`tune ${number} ${index}`))),
      eta: now + durations.fineTuneQueued + this.#trainingMs(attributes.branch),
      costMillicents: millicentsOf(lines),
      nestedPrompts: [],
      startedAt: null,
      // Recorded: slightly before the creation.
      trainedAt: isInstant ? now - 20 : null,
      expiresAt: isInstant ? now - 20 + retentionMs : null,
    })
    if (isInstant) tune.finishedAt = now
    this.#tunes.push(tune)
    if (lines.length > 0) invoice.bill({ kind: 'fine-tune', jobId: tune.id, lines })
    const fault = faults.takeForJob('fine-tune')
    if (isInstant) return tune
    this.#callbacks.openForTune(tune)
    this.#context.timers.after(durations.fineTuneQueued, () => {
      if (isGone(tune)) return
      this.#change(tune, { state: 'training', startedAt: clock.now() })
      if (fault?.type === 'job-stuck') return
      this.#context.timers.after(this.#trainingMs(attributes.branch), () =>
        fault === undefined
          ? this.#finish(tune)
          : this.#fail(tune, fault.type === 'job-failed' ? fault.message : undefined),
      )
    })
    return tune
  }

  update(
    tune: Tune,
    changes: Partial<Pick<TuneAttributes, 'title' | 'name' | 'autoExtend' | 'characteristics'>>,
  ): void {
    Object.assign(tune.attributes, changes)
    tune.updatedAt = this.#context.clock.now()
  }

  remove(tune: Tune, state: 'deleted' | 'expired' = 'deleted'): void {
    this.#change(tune, { state })
    for (const key of tune.photoKeys) this.#context.files.remove(key)
    this.onSettled(tune)
  }

  /** Ends what has outlived its 30 days, or pays for another 30. */
  sweep(): void {
    const now = this.#context.clock.now()
    for (const tune of this.all) {
      while (tune.attributes.autoExtend && tune.expiresAt !== null && tune.expiresAt <= now) {
        this.#context.invoice.bill({ kind: 'fine-tune', jobId: tune.id, lines: autoExtendLines() })
        tune.expiresAt += retentionMs
      }
      if (tune.expiresAt !== null && tune.expiresAt <= now) this.remove(tune, 'expired')
    }
  }

  reset(): void {
    this.#tunes = []
  }

  /** Recorded: mock tunes expect 4 minutes where a Flux LoRA expects 10. */
  #trainingMs(branch: Branch): number {
    return Math.round(this.#context.durations.fineTuneRunning * (branch === 'fast' ? 0.4 : 1))
  }

  async #finish(tune: Tune): Promise<void> {
    if (isGone(tune)) return
    const now = this.#context.clock.now()
    tune.finishedAt = now
    this.#change(tune, { state: 'trained', trainedAt: now, expiresAt: now + retentionMs })
    this.onSettled(tune)
    await this.#callbacks.tuneDone(tune)
  }

  /** Assumed: a failed training shows nowhere. No error field, no callback, `trained_at` stays null, and it is not billed. */
  #fail(tune: Tune, message = 'training failed'): void {
    if (isGone(tune)) return
    tune.finishedAt = this.#context.clock.now()
    tune.error = message
    this.#change(tune, { state: 'failed' })
    this.#context.invoice.refund(tune.id)
  }

  #change(tune: Tune, changes: Partial<Pick<Tune, 'state' | 'startedAt' | 'trainedAt' | 'expiresAt'>>): void {
    Object.assign(tune, changes)
    tune.updatedAt = this.#context.clock.now()
  }
}
