import { json } from '../core/responses.js'
import type { InvoiceLine } from '../core/types.js'
import type { ReceivedRequest } from '../core/vendor.js'
import type { Account, Handlers } from './account.js'
import type { FieldErrors } from './attributes.js'
import { Attributes } from './attributes.js'
import { galleryTuneEntity, tuneEntity } from './entities.js'
import { invalid, notEnoughBalance, notFound } from './errors.js'
import type { Parameters } from './input.js'
import { isParameters, listOf, readParameters, requireEntity } from './input.js'
import { findGalleryTune, galleryTunes } from './models.js'
import { page } from './pages.js'
import { trainingSteps, tuneLines } from './prices.js'
import type { PromptDraft } from './prompt-draft.js'
import { draftPrompt } from './prompt-draft.js'
import type { Tune } from './records.js'
import { targetOf } from './targets.js'
import { readTrainingImages } from './training-images.js'
import type { TuneAttributes } from './tune-attributes.js'
import { readCharacteristics, readName, readTuneAttributes } from './tune-attributes.js'

type TuneAction = 'createTune' | 'listTunes' | 'showTune' | 'updateTune' | 'removeTune' | 'listGalleryTunes'

/** POST, GET, PATCH and DELETE /tunes (docs.astria.ai/docs/api/tune, 2026-08-21). */
export function tuneHandlers(account: Account): Handlers<TuneAction> {
  const { context, tunes, prompts } = account
  const show = (tune: Tune) => tuneEntity(tune, context.origin())
  const findTune = (id = '') => (/^\d+$/.test(id) ? tunes.find(Number(id)) : undefined)

  return {
    createTune: async (request) =>
      await createTune(account, request, requireEntity(readParameters(request.body), 'tune')),

    listTunes: ({ query }) => {
      const names = query.getAll('name[]').concat(query.getAll('name'))
      const title = query.get('title')?.toLowerCase()
      const matching = tunes.all.filter(
        ({ attributes }) =>
          // Assumed to search within titles, as the page of the site does.
          (title === undefined || attributes.title.toLowerCase().includes(title)) &&
          (names.length === 0 || names.includes(attributes.name)) &&
          matches(query, 'model_type', attributes.modelType) &&
          matches(query, 'branch', attributes.branch),
      )
      return page(matching, query, { deepestOffset: 200, show })
    },

    showTune: (_request, { tune: id }) => {
      const tune = findTune(id)
      if (tune !== undefined) return json(show(tune))
      const base = findGalleryTune(Number(id))
      return base === undefined ? notFound() : json(galleryTuneEntity(base, context.origin()))
    },

    updateTune: (request, { tune: id }) => {
      const tune = findTune(id)
      if (tune === undefined) return notFound()
      const attributes = new Attributes(requireEntity(readParameters(request.body), 'tune'))
      const autoExtend = attributes.boolean('auto_extend')
      const changes = {
        ...(attributes.has('title') ? { title: attributes.required('title') } : {}),
        ...(attributes.has('name') ? { name: readName(attributes) } : {}),
        ...(autoExtend === null ? {} : { autoExtend }),
        ...(attributes.has('characteristics') ? { characteristics: readCharacteristics(attributes) } : {}),
      }
      if (!attributes.valid) return invalid(attributes.errors)
      tunes.update(tune, changes)
      return json(show(tune))
    },

    removeTune: (_request, { tune: id }) => {
      const tune = findTune(id)
      if (tune === undefined) return notFound()
      tunes.remove(tune)
      // "In case of a checkpoint" only: the prompts of a LoRA are stored under its base model and survive.
      for (const prompt of prompts.all) if (prompt.tuneId === tune.number) prompts.remove(prompt)
      // Documented as 200 with a message; clients see 204 (first-party plugin, 2026-09).
      return new Response(null, { status: 204 })
    },

    listGalleryTunes: ({ query }) => {
      const matching = galleryTunes.filter(
        (base) => matches(query, 'branch', base.branch) && matches(query, 'model_type', null),
      )
      return page(matching, query, { deepestOffset: 200, show: (base) => galleryTuneEntity(base, context.origin()) })
    },
  }
}

/** Also how a pack creates its tune. Everything is checked before anything is kept. */
export async function createTune(account: Account, request: ReceivedRequest, entity: Parameters): Promise<Response> {
  const { context, tunes, prompts } = account
  const show = (tune: Tune) => json(tuneEntity(tune, context.origin()), 201)
  const findSame = (title: string) =>
    context.settings.idempotency ? tunes.all.find((tune) => tune.attributes.title === title) : undefined

  const attributes = new Attributes(entity)
  const read = readTuneAttributes(attributes, (number) => tunes.branchOf(number))
  const known = findSame(read.title)
  if (known !== undefined) return show(known)
  const photos = await readTrainingImages(attributes, request, context)
  const drafts = draftNested(account, attributes, read)
  if (!attributes.valid) return invalid(attributes.errors)
  // Another request with the same title may have come in while images were fetched.
  const raced = findSame(read.title)
  if (raced !== undefined) return show(raced)
  const lines = linesOf(read, photos.length)
  if (!context.invoice.canAfford(totalOf([...lines, ...drafts.flatMap((draft) => draft.lines)])))
    return notEnoughBalance()

  const tune = tunes.create(read, photos, lines)
  request.accept(tune.id)
  for (const draft of drafts) tune.nestedPrompts.push(prompts.create(draft, tune))
  if (read.promptsCallback !== null) prompts.group(read.promptsCallback, tune.nestedPrompts)
  return show(tune)
}

/** Errors of nested records are named after both, as Rails does. */
function draftNested(account: Account, attributes: Attributes, read: TuneAttributes): PromptDraft[] {
  const context = { tunes: account.tunes.all, defaultNumImages: account.context.settings.defaultNumImages }
  return listOf(attributes.raw('prompts_attributes')).flatMap((nested) => {
    const draft = draftPrompt(isParameters(nested) ? nested : {}, targetOf(read, undefined), context)
    if (!('errors' in draft)) return [draft]
    copyErrors(draft.errors, attributes, 'prompts.')
    return []
  })
}

function copyErrors(errors: FieldErrors, attributes: Attributes, prefix: string): void {
  for (const [name, messages] of Object.entries(errors))
    for (const each of messages) attributes.refuse(`${prefix}${name}`, each)
}

/** Mock tunes are free; a faceid tune trains nothing. */
function linesOf(read: TuneAttributes, images: number): InvoiceLine[] {
  if (read.branch === 'fast' || read.modelType === 'faceid') return []
  const { preset, steps } = read
  return tuneLines(trainingSteps({ images, preset, steps, isFlux: read.branch === 'flux1' }))
}

export function totalOf(lines: readonly InvoiceLine[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0)
}

function matches(query: URLSearchParams, name: string, value: string | null): boolean {
  const wanted = query.get(name)
  return wanted === null || wanted === (value ?? 'null')
}
