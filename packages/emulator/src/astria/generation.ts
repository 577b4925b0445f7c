import type { VendorContext } from '../core/vendor.js'
import { fileKey } from './file-key.js'
import { appliedReferences, imageOrder, mockPicture, pictureOf } from './pictures.js'
import { millicentsOf } from './prices.js'
import type { PromptDraft } from './prompt-draft.js'
import { completeDraft, identityOf } from './prompt-draft.js'
import type { Prompt, Tune } from './records.js'
import { isGone, retentionMs } from './records.js'
import type { AstriaSettings } from './settings.js'
import type { Callbacks } from './webhooks.js'

/** The account's prompts and how they are worked on: each waits until the tunes that it names are trained. */
export class Prompts {
  readonly #context: VendorContext<AstriaSettings>
  readonly #callbacks: Callbacks
  #prompts: Prompt[] = []
  #lastNumber = 26_000_000

  constructor(context: VendorContext<AstriaSettings>, callbacks: Callbacks) {
    this.#context = context
    this.#callbacks = callbacks
  }

  get all(): readonly Prompt[] {
    return this.#prompts.filter((prompt) => !isGone(prompt))
  }

  find(number: number): Prompt | undefined {
    return this.all.find((prompt) => prompt.number === number)
  }

  /** What the idempotency switch would answer instead of a new prompt. */
  findSame(draft: PromptDraft, tune: Tune | undefined): Prompt | undefined {
    const identity = identityOf(tuneIdOf(draft, tune), completeDraft(draft, tune).text, draft.attributes)
    return this.all.find((prompt) => identityOf(prompt.tuneId, prompt.text, prompt.attributes) === identity)
  }

  create(draft: PromptDraft, tune: Tune | undefined, originalPromptId: number | null = null): Prompt {
    const { clock, faults, invoice, jobs } = this.#context
    const number = ++this.#lastNumber
    const now = clock.now()
    const tuneId = tuneIdOf(draft, tune)
    const prompt = jobs.add<Prompt>({
      kind: 'generation',
      id: String(number),
      number,
      state: 'queued',
      createdAt: now,
      updatedAt: now,
      model: String(tuneId),
      appliedFineTunes: [],
      tuneId,
      ...completeDraft(draft, tune),
      attributes: draft.attributes,
      isMock: draft.target.isMock,
      costMillicents: millicentsOf(draft.lines),
      originalPromptId,
      fault: faults.takeForJob('generation'),
      imageKeys: [],
      userError: null,
      likes: 0,
      startedAt: null,
      trainedAt: null,
    })
    this.#prompts.push(prompt)
    if (draft.lines.length > 0) invoice.bill({ kind: 'generation', jobId: prompt.id, lines: draft.lines })
    this.#callbacks.openForPrompt(prompt)
    const awaited = awaitedTunes(prompt, tune)
    this.#waiting.set(prompt, awaited)
    this.#startWhenReady(prompt, awaited)
    return prompt
  }

  /** Prompts that wait for their tunes. */
  readonly #waiting = new Map<Prompt, readonly Tune[]>()

  tuneSettled(): void {
    for (const [prompt, awaited] of this.#waiting) this.#startWhenReady(prompt, awaited)
  }

  remove(prompt: Prompt, state: 'deleted' | 'expired' = 'deleted'): void {
    prompt.state = state
    this.#waiting.delete(prompt)
    if (prompt.isMock) return
    for (const key of prompt.imageKeys) this.#context.files.remove(key)
  }

  sweep(): void {
    const now = this.#context.clock.now()
    for (const prompt of this.all)
      if (prompt.trainedAt !== null && prompt.trainedAt + retentionMs <= now) this.remove(prompt, 'expired')
  }

  reset(): void {
    this.#prompts = []
    this.#waiting.clear()
  }

  #startWhenReady(prompt: Prompt, awaited: readonly Tune[]): void {
    const { durations, timers } = this.#context
    const isLost = awaited.some(isGone)
    if (!isLost && awaited.some((tune) => tune.state !== 'trained')) return
    this.#waiting.delete(prompt)
    timers.after(durations.generationQueued, () => {
      if (isGone(prompt)) return
      prompt.state = 'processing'
      prompt.startedAt = prompt.updatedAt = this.#context.clock.now()
      if (prompt.fault?.type === 'job-stuck') return
      // Recorded: one image takes 15 to 70 s, four take 108 to 164 s.
      timers.after(durations.generationRunning * prompt.attributes.num_images, () => this.#finish(prompt, isLost))
    })
  }

  async #finish(prompt: Prompt, isLost: boolean): Promise<void> {
    if (isGone(prompt)) return
    const error = isLost ? 'A tune of this prompt was deleted' : errorOf(prompt)
    prompt.finishedAt = prompt.trainedAt = prompt.updatedAt = this.#context.clock.now()
    if (error === undefined) this.#publish(prompt)
    else {
      prompt.state = 'failed'
      prompt.error = prompt.userError = error
      // Assumed: what failed is not charged.
      this.#context.invoice.refund(prompt.id)
    }
    await this.#callbacks.promptDone(prompt)
    await this.#tellPromptsCallback(prompt)
  }

  #publish(prompt: Prompt): void {
    const { files, settings } = this.#context
    const { subjectFidelity } = settings
    prompt.state = 'done'
    prompt.appliedFineTunes = subjectFidelity === 'dropped' ? [] : appliedReferences(prompt).map(({ tune }) => tune.id)
    prompt.imageKeys = imageOrder(prompt.attributes.num_images).map((index) => {
      const key = fileKey(prompt.isMock ? `mock ${index}` : `prompt ${prompt.number} ${index}`)
      if (!files.has(key))
        files.addLazy(prompt.isMock ? mockPicture(index) : pictureOf(prompt, index, subjectFidelity), key)
      return key
    })
  }

  async #tellPromptsCallback(prompt: Prompt): Promise<void> {
    const group = this.#groups.find(({ prompts }) => prompts.includes(prompt))
    if (group === undefined || group.prompts.some(({ trainedAt }) => trainedAt === null)) return
    this.#groups = this.#groups.filter((each) => each !== group)
    await this.#callbacks.promptsDone(group.url, group.prompts)
  }

  #groups: { readonly url: string; readonly prompts: readonly Prompt[] }[] = []

  /** One callback for all of them, when the last is done. */
  group(url: string, prompts: readonly Prompt[]): void {
    this.#groups.push({ url, prompts })
  }
}

function tuneIdOf(draft: PromptDraft, tune: Tune | undefined): number {
  const number = draft.target.baseTuneId ?? tune?.number
  if (number === undefined) throw new Error('a prompt needs a base model or a tune')
  return number
}

/** A mock's own tune is not among its references, yet it has to be done first. */
function awaitedTunes(prompt: Prompt, tune: Tune | undefined): readonly Tune[] {
  const tunes = new Set(prompt.references.map((reference) => reference.tune))
  if (tune !== undefined) tunes.add(tune)
  return [...tunes]
}

/** The wording of `user_error` is not documented. */
function errorOf({ fault }: Prompt): string | undefined {
  if (fault?.type === 'job-blocked') return 'The prompt or its result was flagged by content moderation'
  if (fault?.type === 'job-failed') return fault.message ?? 'Something went wrong. Please try again'
  return undefined
}
