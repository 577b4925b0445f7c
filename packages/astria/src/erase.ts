import { download, hostsOf, type Operation, parseReply } from '@likeness/adapter-kit'
import { type CallOptions, type Erasure, type FineTunedModel, LikenessError } from '@likeness/core'
import { readTune } from './adopt.js'
import { retentionMs } from './capabilities.js'
import type { Connection } from './connection.js'
import { refusal } from './errors.js'
import { type Prompt, promptListSchema, type Tune } from './responses.js'

/** Most entries of a page. https://docs.astria.ai/docs/api/overview (2026-07-18) */
const pageSize = 120

/** The error of something that did not work and must not end the rest; being stopped by the caller must. */
function told(error: unknown): LikenessError {
  if (!LikenessError.is(error) || error.kind === 'aborted') throw error
  return error
}

function isGone(error: LikenessError): boolean {
  return error.kind === 'not-found'
}

/** `<lora:123:0.9>`, `<faceid:123:1>`. */
function names(text: string | null | undefined, id: string): boolean {
  return new RegExp(`<(?:lora|faceid):${id}:`).test(text ?? '')
}

/** Whether a file can still be read; `undefined` where that could not be found out. */
async function isServed(connection: Connection, url: string, options?: CallOptions): Promise<boolean | undefined> {
  const { provider, settings, baseURL, clock } = connection
  const allowedHosts = [...(settings.allowedHosts ?? []), ...hostsOf([baseURL])]
  const { abortSignal } = options ?? {}
  try {
    const { stream } = await download({
      url,
      provider,
      allowedHosts,
      clock,
      fetch: settings.fetch,
      maxRetries: 0,
      abortSignal,
    })
    await stream[Symbol.asyncIterator]().return?.()
    return true
  } catch (error) {
    const { kind } = told(error)
    // Storage that does not let its keys be listed answers 403 for one that is not there.
    return kind === 'expired' || kind === 'permission' ? false : undefined
  }
}

/** Deletes one model's data. One instance for one call. */
class Eraser {
  readonly #connection: Connection
  readonly #model: FineTunedModel
  readonly #options: CallOptions | undefined
  readonly #deletedPrompts = new Set<string>()
  /** Why a prompt is still there, by its id, or why a list could not be read, by its path. */
  readonly #failures = new Map<string, LikenessError>()
  /** Pictures of the prompts that were deleted. */
  readonly #pictures: string[] = []
  #picturesUntil = 0

  constructor(connection: Connection, model: FineTunedModel, options: CallOptions | undefined) {
    this.#connection = connection
    this.#model = model
    this.#options = options
  }

  async run(): Promise<readonly Erasure[]> {
    // The photos' addresses are told by the tune alone, and the prompts are found by it: so the tune goes last.
    const tune = await this.#read()
    await this.#deletePrompts()
    const removed = await this.#deleteTune()
    return [
      ...this.#ofTune(removed),
      await this.#dataset(removed, tune),
      this.#generations(),
      await this.#outputs(),
    ].map((line) => ({ ...line, id: this.#model.id }))
  }

  /** `undefined`: it could not be read, or there is none; deleting it tells which. */
  async #read(): Promise<Tune | undefined> {
    try {
      return await readTune(this.#connection, this.#model.id, this.#options, 'fine-tune.erase')
    } catch (error) {
      told(error)
      return undefined
    }
  }

  /**
   * A LoRA's prompts are filed under its base and outlive it. The tune's own list has them (seen, not documented);
   * what that leaves out, e.g. because the tune is gone already, is found by the tag in its text.
   */
  async #deletePrompts(): Promise<void> {
    const { id } = this.#model
    await this.#deleteListed(`/tunes/${encodeURIComponent(id)}/prompts`, {}, () => true)
    if (/^\d+$/.test(id)) await this.#deleteListed('/prompts', { text: `:${id}:` }, ({ text }) => names(text, id))
  }

  async #deleteListed(url: string, filter: Record<string, string>, mine: (prompt: Prompt) => boolean): Promise<void> {
    try {
      for (let before: string | undefined; ; ) {
        const page = await this.#page(url, { ...filter, limit: pageSize, before_id: before })
        for (const prompt of page.filter(mine)) await this.#deletePrompt(prompt)
        const last = page.at(-1)?.id
        // "Repeat until an empty page is returned."
        if (last === undefined || last === before) return
        before = last
      }
    } catch (error) {
      const known = told(error)
      if (!isGone(known)) this.#failures.set(url, known)
    }
  }

  async #page(url: string, query: Operation['query']): Promise<readonly Prompt[]> {
    const { provider, transport } = this.#connection
    const name = 'generation.list'
    // Prompts may have been filed in any workspace of the account.
    const headers = { 'x-workspace-id': 'all' }
    const operation = { name, effect: 'read', method: 'GET', url, query: query ?? {}, headers } as const
    return parseReply(promptListSchema, await transport.send(operation, this.#options), { provider, operation: name })
  }

  async #deletePrompt(prompt: Prompt): Promise<void> {
    if (this.#deletedPrompts.has(prompt.id)) return
    const headers = { 'x-workspace-id': String(prompt.workspace_id ?? 'all') }
    const url = `/prompts/${encodeURIComponent(prompt.id)}`
    const operation: Operation = { name: 'generation.remove', effect: 'read', method: 'DELETE', url, headers }
    try {
      await this.#connection.transport.send(operation, this.#options)
      this.#deletedPrompts.add(prompt.id)
      this.#failures.delete(prompt.id)
      // A mock's pictures are samples that everyone gets.
      if (this.#model.mock !== true) this.#pictures.push(...(prompt.images ?? []))
      const made = Date.parse(prompt.trained_at ?? prompt.created_at ?? '')
      this.#picturesUntil = Math.max(this.#picturesUntil, (made || this.#connection.clock.now()) + retentionMs)
    } catch (error) {
      this.#failures.set(prompt.id, told(error))
    }
  }

  /** @returns why it could not be deleted; `absent` where there was none */
  async #deleteTune(): Promise<'deleted' | 'absent' | LikenessError> {
    const url = `/tunes/${encodeURIComponent(this.#model.id)}`
    try {
      const operation = { name: 'fine-tune.remove', effect: 'read', method: 'DELETE', url } as const
      await this.#connection.transport.send(operation, this.#options)
      return 'deleted'
    } catch (error) {
      const known = told(error)
      return isGone(known) ? 'absent' : known
    }
  }

  #ofTune(removed: 'deleted' | 'absent' | LikenessError): Erasure[] {
    const { expiresAt: until, data } = this.#model
    // A FaceID tune and a mock are not trained.
    const untrained = data?.kind === 'faceid' || data?.kind === 'mock'
    const line = (item: 'model' | 'weights'): Erasure =>
      typeof removed === 'string'
        ? { item, outcome: removed, ...(removed === 'deleted' ? { count: 1 } : {}) }
        : { item, outcome: 'failed', until, detail: removed.message }
    return [line('model'), untrained ? { item: 'weights', outcome: 'absent' } : line('weights')]
  }

  /** The training photos go with the tune, which is looked at rather than believed. */
  async #dataset(removed: 'deleted' | 'absent' | LikenessError, tune: Tune | undefined): Promise<Erasure> {
    const item = 'dataset'
    const until = this.#model.expiresAt ?? tune?.expires_at ?? undefined
    const photos = tune?.orig_images
    if (typeof removed !== 'string') return { item, outcome: 'failed', until, detail: removed.message }
    if (removed === 'absent' || photos?.length === 0) return { item, outcome: 'absent' }
    return this.#confirmed(item, photos ?? [], until)
  }

  #generations(): Erasure {
    const item = 'generations'
    const count = this.#deletedPrompts.size
    const [failure] = this.#failures.values()
    if (failure !== undefined) return { item, outcome: 'failed', count, detail: failure.message }
    return count === 0 ? { item, outcome: 'absent' } : { item, outcome: 'deleted', count }
  }

  async #outputs(): Promise<Erasure> {
    const item = 'outputs'
    const [failure] = this.#failures.values()
    if (failure !== undefined) {
      const detail = `Generations that are still there keep their pictures: ${failure.message}`
      return { item, outcome: 'failed', count: this.#pictures.length, detail }
    }
    if (this.#pictures.length === 0) return { item, outcome: 'absent' }
    return this.#confirmed(item, this.#pictures, new Date(this.#picturesUntil).toISOString())
  }

  /** That the files of what is deleted are gone at once is documented nowhere, hence the first of them is looked at. */
  async #confirmed(item: 'dataset' | 'outputs', urls: readonly string[], until?: string): Promise<Erasure> {
    const [first] = urls
    const served = first === undefined ? undefined : await isServed(this.#connection, first, this.#options)
    if (served === false) return { item, outcome: 'deleted', count: urls.length }
    const what = served ? 'its files can still be read' : 'whether its files are gone could not be found out'
    const detail = `What they belong to is deleted, but ${what}; Astria deletes them 30 days after they were made.`
    return { item, outcome: 'expires', until, detail }
  }
}

/**
 * Deletes what Astria keeps of a tune: prompts that used it with their pictures, the tune with its weights and training
 * photos. https://docs.astria.ai/docs/api/tune/delete and /prompt/delete (2026-08-21)
 *
 * @throws LikenessError `invalid-request` for a model of another provider, `aborted`
 */
export async function eraseTune(
  connection: Connection,
  model: FineTunedModel,
  options?: CallOptions,
): Promise<readonly Erasure[]> {
  const { provider } = connection
  if (model.provider !== provider) throw refusal(provider, 'model', `${model.id} is a model of ${model.provider}`)
  return new Eraser(connection, model, options).run()
}
