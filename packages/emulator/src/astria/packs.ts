import { json } from '../core/responses.js'
import type { Account, Handlers } from './account.js'
import { invalid, notEnoughBalance, notFound } from './errors.js'
import type { Parameters } from './input.js'
import { isParameters, listOf, readParameters, requireEntity } from './input.js'
import { flux1Dev } from './models.js'
import { page } from './pages.js'
import { millicentsOf, promptLines, trainingSteps, tuneLines } from './prices.js'
import { draftPrompt } from './prompt-draft.js'
import { targetOf } from './targets.js'
import { createTune, totalOf } from './tune-handlers.js'

/** A pack brings base model, preset and prompts (docs.astria.ai/docs/api/pack). The one here is small. */
interface Pack {
  readonly number: number
  readonly slug: string
  readonly title: string
  readonly classes: readonly string[]
  readonly texts: readonly string[]
}

const packs: readonly Pack[] = [
  {
    number: 260,
    slug: 'corporate-headshots',
    title: 'Corporate Headshots',
    classes: ['man', 'woman'],
    texts: [
      'portrait of ohwx {class} in a navy suit, bright office background',
      'portrait of ohwx {class} in a white shirt, plain grey studio background',
    ],
  },
]

const imagesPerPrompt = 2

export function packHandlers(account: Account): Handlers<'listPacks' | 'showPack' | 'runPack'> {
  const find = (id = '') => packs.find(({ number, slug }) => String(number) === id || slug === id)
  return {
    listPacks: ({ query }) =>
      page(packs, query, {
        deepestOffset: 200,
        show: ({ number, slug, title, classes }) => ({
          id: number,
          base_tune_id: flux1Dev,
          user_id: 1,
          slug,
          title,
          token: 'ohwx',
          multiplier: 1,
          model_type: 'lora',
          public_at: '2024-09-26T00:00:00.000Z',
          cost_mc_hash: Object.fromEntries(classes.map((name) => [name, costOf(number).millicents])),
        }),
      }),

    showPack: (_request, { pack: id }) => {
      const pack = find(id)
      if (pack === undefined) return notFound()
      const { millicents, images } = costOf(pack.number)
      return json({
        id: pack.number,
        slug: pack.slug,
        title: pack.title,
        cover_url: null,
        logo: null,
        created_at: '2024-09-26T00:00:00.000Z',
        updated_at: '2024-09-26T00:00:00.000Z',
        public_at: '2024-09-26T00:00:00.000Z',
        unlisted_at: null,
        // Cents, and millicents in newer answers.
        costs: Object.fromEntries(
          pack.classes.map((name) => [name, { cost: millicents / 1000, cost_mc: millicents, num_images: images }]),
        ),
        prompts_per_class: Object.fromEntries(
          pack.classes.map((name) => [
            name,
            pack.texts.map((_text, index) => ({ id: pack.number * 100 + index, images: [] })),
          ]),
        ),
      })
    },

    runPack: async (request, { pack: id }) => {
      const pack = find(id)
      if (pack === undefined) return notFound()
      const entity = requireEntity(readParameters(request.body), 'tune')
      const name = String(entity.name ?? '')
      if (!pack.classes.includes(name)) return invalid({ name: ['is not a class of this pack'] })
      const prompts = promptsOf(pack, name, entity)
      const tuneIds = listOf(entity.tune_ids)
      if (tuneIds.length > 0) return runOnTunes(account, prompts, tuneIds)
      const supplied = { base_tune_id: flux1Dev, model_type: 'lora', preset: 'flux-lora-portrait', token: 'ohwx' }
      return await createTune(account, request, { ...entity, ...supplied, prompts_attributes: prompts })
    },
  }
}

/** Existing tunes are used as they are; no tune is answered then (PrismaLab, 2026-04). */
function runOnTunes(
  { context, tunes, prompts }: Account,
  texts: readonly Parameters[],
  tuneIds: readonly unknown[],
): Response {
  const drafts = tuneIds.flatMap((tuneId) => {
    const tune = tunes.find(Number(tuneId))
    if (tune === undefined) return [{ errors: { tune_ids: [`${String(tuneId)} was not found`] } }]
    const known = { tunes: tunes.all, defaultNumImages: context.settings.defaultNumImages }
    return texts.map((text) => {
      const draft = draftPrompt(text, targetOf(tune.attributes, tune), known)
      return 'errors' in draft ? draft : { draft, tune }
    })
  })
  const failed = drafts.find((each) => 'errors' in each)
  if (failed !== undefined) return invalid(failed.errors)
  const ready = drafts.filter((each) => 'draft' in each)
  const lines = ready.flatMap(({ draft }) => draft.lines)
  if (lines.length > 0 && !context.invoice.canAfford(totalOf(lines))) return notEnoughBalance()
  for (const { draft, tune } of ready) prompts.create(draft, tune)
  return json({ status: 201, message: 'Prompts created' }, 201)
}

/** The singular `prompt_attributes` of a pack run go into every prompt. */
function promptsOf(pack: Pack, name: string, entity: Parameters): Parameters[] {
  const common = isParameters(entity.prompt_attributes) ? entity.prompt_attributes : {}
  return pack.texts.map((text) => ({
    ...common,
    text: text.replace('{class}', name),
    num_images: imagesPerPrompt,
    pack_id: pack.number,
  }))
}

function costOf(number: number): { millicents: number; images: number } {
  const images = imagesPerPrompt * (packs.find((pack) => pack.number === number)?.texts.length ?? 0)
  const steps = trainingSteps({ images: 1, preset: 'flux-lora-portrait', steps: null, isFlux: true })
  return { millicents: millicentsOf([...tuneLines(steps), ...promptLines(images, false)]), images }
}
