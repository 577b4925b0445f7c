import type { Model } from './models.js'
import { fluxDevFineTuned, fluxProModel, loraModel, models } from './models.js'
import type { FineTune } from './records.js'

export interface FoundModel {
  readonly model: Model
  /** The one that the slug stands for. */
  readonly fineTune: FineTune | undefined
}

/** The model behind a slug. Undefined: there is none. `retired`: there was one. A fine-tune has a slug once it is available. */
export function findModel(
  slug: string,
  retired: readonly string[],
  findFineTune: (slug: string) => FineTune | undefined,
): FoundModel | 'retired' | undefined {
  if (retired.includes(slug)) return 'retired'
  const model = [...models, fluxDevFineTuned].find((each) => each.slug === slug)
  if (model !== undefined) return { model, fineTune: undefined }
  const fineTune = findFineTune(slug)
  if (fineTune?.state !== 'AVAILABLE') return undefined
  return { model: fineTune.request.baseModel === 'FLUX_PRO' ? fluxProModel(slug) : loraModel(slug), fineTune }
}
