import type { JobKind } from '../core/types.js'
import type { VendorContext, Webhook, WebhookMessage } from '../core/vendor.js'
import { promptEntity, reducedPrompt, reducedTune, tuneEntity } from './entities.js'
import type { Prompt, Tune } from './records.js'
import type { AstriaSettings } from './settings.js'

/**
 * Callbacks: one POST, wrapped in the entity's name, not signed, not retried
 * (docs.astria.ai/docs/api/overview, callbacks, 2024-04-08). The content type is assumed.
 */
export class Callbacks {
  readonly #context: VendorContext<AstriaSettings>
  readonly #open = new Map<string, Webhook>()

  constructor(context: VendorContext<AstriaSettings>) {
    this.#context = context
  }

  openForTune(tune: Tune): void {
    this.#openFor('fine-tune', tune.id, tune.attributes.callback, () =>
      message({ tune: { ...reducedTune(tune), title: 'forged', trained_at: new Date(0).toISOString() } }),
    )
  }

  openForPrompt(prompt: Prompt): void {
    this.#openFor('generation', prompt.id, prompt.attributes.callback, () =>
      message({
        prompt: { ...reducedPrompt(prompt, this.#context.origin()), images: ['https://attacker.invalid/image'] },
      }),
    )
  }

  async tuneDone(tune: Tune): Promise<void> {
    const { settings } = this.#context
    await this.#open
      .get(tune.id)
      ?.send(() =>
        message({ tune: settings.reducedCallbacks ? reducedTune(tune) : tuneEntity(tune, this.#context.origin()) }),
      )
  }

  async promptDone(prompt: Prompt): Promise<void> {
    await this.#open.get(prompt.id)?.send(() => message({ prompt: this.#show(prompt) }))
  }

  /** `prompts_callback`: a bare array, once all prompts of a tune or pack are done (since 2024-09-26). */
  async promptsDone(url: string, prompts: readonly Prompt[]): Promise<void> {
    const jobId = prompts[0]?.id
    if (jobId === undefined) return
    const webhook = this.#context.webhooks.open({ kind: 'generation', jobId, url, forge: () => message([]) })
    await webhook.send(() => message(prompts.map((prompt) => this.#show(prompt))))
  }

  reset(): void {
    this.#open.clear()
  }

  #show(prompt: Prompt): Record<string, unknown> {
    const origin = this.#context.origin()
    return this.#context.settings.reducedCallbacks ? reducedPrompt(prompt, origin) : promptEntity(prompt, origin)
  }

  #openFor(kind: JobKind, jobId: string, url: string | null, forge: () => WebhookMessage): void {
    if (url === null) return
    this.#open.set(jobId, this.#context.webhooks.open({ kind, jobId, url, forge }))
  }
}

function message(body: unknown): WebhookMessage {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}
