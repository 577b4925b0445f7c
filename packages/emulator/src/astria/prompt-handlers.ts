import { json } from '../core/responses.js'
import type { ReceivedRequest } from '../core/vendor.js'
import type { Account, Handlers } from './account.js'
import { Attributes } from './attributes.js'
import { promptEntity } from './entities.js'
import { invalid, notEnoughBalance, notFound } from './errors.js'
import type { Parameters } from './input.js'
import { readParameters, requireEntity } from './input.js'
import { page } from './pages.js'
import { draftPrompt } from './prompt-draft.js'
import type { Prompt, Tune } from './records.js'
import type { Target } from './targets.js'
import { galleryTarget, targetOf } from './targets.js'
import { checkReachable } from './training-images.js'
import { totalOf } from './tune-handlers.js'

type PromptAction =
  | 'createPrompt'
  | 'listPrompts'
  | 'showPrompt'
  | 'updatePrompt'
  | 'removePrompt'
  | 'duplicatePrompt'
  | 'likePrompt'

/** Prompts, nested under a tune or not (docs.astria.ai/docs/api/prompt, 2026-08-21). */
export function promptHandlers(account: Account): Handlers<PromptAction> {
  const { context, prompts } = account
  const show = (prompt: Prompt) => promptEntity(prompt, context.origin())

  /** Under a tune id only what belongs to it, by its own id or by a tag. */
  function findPrompt(
    request: ReceivedRequest,
    { tune, prompt: id = '' }: Readonly<Record<string, string>>,
  ): Prompt | undefined {
    const prompt = /^\d+$/.test(id) ? prompts.find(Number(id)) : undefined
    if (prompt === undefined || !isInScope(prompt, request)) return undefined
    return tune === undefined || belongsTo(prompt, Number(tune)) ? prompt : undefined
  }

  return {
    createPrompt: async (request, { tune: id }) =>
      await createPrompt(account, request, Number(id), requireEntity(readParameters(request.body), 'prompt')),

    listPrompts: (request, { tune: id }) => {
      const { query } = request
      if (id !== undefined && findTarget(account, Number(id)) === undefined) return notFound()
      const matching = prompts.all.filter(
        (prompt) =>
          isInScope(prompt, request) &&
          (id === undefined || belongsTo(prompt, Number(id))) &&
          matchesFilters(prompt, query),
      )
      return page(matching, query, { deepestOffset: 10_000, show })
    },

    showPrompt: (request, parameters) => {
      const prompt = findPrompt(request, parameters)
      return prompt === undefined ? notFound() : json(show(prompt))
    },

    updatePrompt: (request, parameters) => {
      const prompt = findPrompt(request, parameters)
      if (prompt === undefined) return notFound()
      const attributes = new Attributes(requireEntity(readParameters(request.body), 'prompt'))
      for (const name of ['pack_id', 'base_pack_id', 'workspace_id'] as const) {
        const value = attributes.integer(name, { minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
        if (attributes.has(name) && attributes.valid) prompt.attributes[name] = value
      }
      if (!attributes.valid) return invalid(attributes.errors)
      prompt.updatedAt = context.clock.now()
      return json(show(prompt))
    },

    removePrompt: (request, parameters) => {
      const prompt = findPrompt(request, parameters)
      if (prompt === undefined) return notFound()
      prompts.remove(prompt)
      return new Response(null, { status: 204 })
    },

    duplicatePrompt: async (request, parameters) => {
      const prompt = findPrompt(request, parameters)
      if (prompt === undefined) return notFound()
      const body = readParameters(request.body)
      const overrides = body.prompt === undefined ? {} : requireEntity(body, 'prompt')
      const copied = { ...prompt.attributes, text: prompt.text, lora_scale: null }
      return await createPrompt(account, request, prompt.tuneId, { ...copied, ...overrides }, prompt.number)
    },

    likePrompt: (request, parameters) => {
      const prompt = findPrompt(request, parameters)
      if (prompt === undefined) return notFound()
      prompt.likes += 1
      return json(show(prompt), 201)
    },
  }
}

async function createPrompt(
  account: Account,
  request: ReceivedRequest,
  tuneNumber: number,
  entity: Parameters,
  originalPromptId: number | null = null,
): Promise<Response> {
  const { context, tunes, prompts } = account
  const reached = new Attributes(entity)
  await checkReachable(reached, 'input_image_url', request, context)
  await checkReachable(reached, 'mask_image_url', request, context)
  // From here on nothing waits, so that two equal requests cannot both find nothing.
  const found = findTarget(account, tuneNumber)
  if (found === undefined) return notFound()
  const draft = draftPrompt(entity, found.target, {
    tunes: tunes.all,
    defaultNumImages: context.settings.defaultNumImages,
  })
  if ('errors' in draft || !reached.valid)
    return invalid({ ...reached.errors, ...('errors' in draft ? draft.errors : {}) })
  // A copy is meant to be a second one.
  const same =
    context.settings.idempotency && originalPromptId === null ? prompts.findSame(draft, found.tune) : undefined
  if (same !== undefined) return json(promptEntity(same, context.origin()), 201)
  if (draft.lines.length > 0 && !context.invoice.canAfford(totalOf(draft.lines))) return notEnoughBalance()
  const prompt = prompts.create(draft, found.tune, originalPromptId)
  request.accept(prompt.id)
  return json(promptEntity(prompt, context.origin()), 201)
}

function findTarget({ tunes }: Account, number: number): { target: Target; tune: Tune | undefined } | undefined {
  const tune = tunes.find(number)
  if (tune !== undefined) return { target: targetOf(tune.attributes, tune), tune }
  const target = galleryTarget(number)
  return target && { target, tune: undefined }
}

/**
 * `X-Workspace-Id: <id>|all` selects the scope; without it, the personal one (command line client, 2026-08-21). That a
 * single prompt is not found outside of it is assumed.
 */
function isInScope(prompt: Prompt, { headers }: ReceivedRequest): boolean {
  const scope = headers.get('x-workspace-id')
  if (scope === 'all') return true
  return prompt.attributes.workspace_id === (scope === null ? null : Number(scope))
}

/** A LoRA's prompts are listed under the LoRA too, although they are stored under its base model. */
function belongsTo(prompt: Prompt, tuneNumber: number): boolean {
  return prompt.tuneId === tuneNumber || prompt.references.some(({ tune }) => tune.number === tuneNumber)
}

/** Filters of the command line client (2026-08-21) that make sense for one account. */
function matchesFilters(prompt: Prompt, query: URLSearchParams): boolean {
  const text = query.get('text')?.toLowerCase()
  const numbers = {
    tune_id: prompt.tuneId,
    pack_id: prompt.attributes.pack_id,
    base_pack_id: prompt.attributes.base_pack_id,
    orig_prompt_id: prompt.originalPromptId,
  }
  return (
    (text === undefined || prompt.text.toLowerCase().includes(text)) &&
    Object.entries(numbers).every(([name, value]) => !query.has(name) || query.get(name) === String(value)) &&
    (query.get('liked') !== 'true' || prompt.likes > 0)
  )
}
