import {
  type CallOptions,
  type Erasure,
  type FineTune,
  type FineTuneCapabilities,
  type FineTunedModel,
  LikenessError,
  type ModelReference,
} from '@likeness/core'
import { jobSchema, listSchema, readAnswer, stateOf } from './answers.js'
import { download } from './download.js'
import { type Parts, undeclared } from './reference-provider.js'

const defaultBase = 'flux-1-dev'

/** Taking over, keeping and deleting models at the reference vendor. */
export function createCustody(
  parts: Parts,
  declared: FineTuneCapabilities,
): Pick<FineTune, 'adopt' | 'downloadWeights' | 'erase'> {
  const { id: provider, send, clock } = parts
  const operation = 'fine-tune.adopt'

  function refused(kind: 'invalid-request' | 'unsupported' | 'conflict', field: string, message: string) {
    const fields = [{ field, message }]
    return new LikenessError({ kind, message: `${provider}: ${field} ${message}.`, provider, operation, fields })
  }

  function common({ subject, trigger, expiresAt }: ModelReference, base: string, url: string) {
    return {
      provider,
      base,
      subject,
      weights: { url, format: 'diffusers-lora', base },
      ...(trigger === undefined ? {} : { trigger }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }
  }

  async function adoptTraining(reference: ModelReference, id: string, options?: CallOptions): Promise<FineTunedModel> {
    const name = 'fine-tune.status'
    const body = await send({ name, method: 'GET', path: `/fine-tunes/${encodeURIComponent(id)}` }, options)
    const answer = readAnswer(provider, name, jobSchema, body)
    if (stateOf(provider, answer) !== 'ready')
      throw refused('conflict', 'id', `names a training that is ${answer.state}`)
    const createdAt = answer.created_at ?? new Date(clock.now()).toISOString()
    return { ...common(reference, answer.base ?? defaultBase, answer.weights_url ?? ''), id, createdAt }
  }

  function adoptAddress(reference: ModelReference, url: string): FineTunedModel {
    if (!/^https:/.test(url)) throw refused('invalid-request', 'url', 'must be an https address')
    const createdAt = new Date(clock.now()).toISOString()
    const { id = url, base = defaultBase } = reference
    return { ...common(reference, base, url), id, createdAt, data: { adoptedFrom: 'url' } }
  }

  /** Deletes what a path names. */
  async function deleted(
    item: Erasure['item'],
    id: string,
    path: string,
    options: CallOptions | undefined,
  ): Promise<Erasure> {
    try {
      await send({ name: 'fine-tune.remove', method: 'DELETE', path }, options)
      return { item, outcome: 'deleted', count: 1, id }
    } catch (error) {
      if (!LikenessError.is(error) || error.kind === 'aborted') throw error
      if (error.kind === 'not-found') return { item, outcome: 'absent', id }
      return { item, outcome: 'failed', id, detail: error.message }
    }
  }

  async function eraseGenerations(id: string, options: CallOptions | undefined): Promise<Erasure[]> {
    const name = 'generation.list'
    try {
      const path = `/generations?limit=1000&model=${encodeURIComponent(id)}`
      const page = readAnswer(provider, name, listSchema, await send({ name, method: 'GET', path }, options))
      const lines: Erasure[] = []
      for (const item of page.items ?? [])
        lines.push(await deleted('generations', item.id, `/generations/${item.id}`, options))
      return lines.length === 0 ? [{ item: 'generations', outcome: 'absent', id }] : lines
    } catch (error) {
      if (!LikenessError.is(error) || error.kind === 'aborted') throw error
      return [{ item: 'generations', outcome: 'failed', id, detail: error.message }]
    }
  }

  return {
    adopt:
      declared.adopts.length === 0
        ? undeclared(provider, operation)
        : async (reference, options) => {
            if (reference.url !== undefined) return adoptAddress(reference, reference.url)
            if (reference.id === undefined) throw refused('invalid-request', 'reference', 'needs an id or a url')
            return adoptTraining(reference, reference.id, options)
          },
    downloadWeights: declared.weights
      ? async ({ id, weights }, options) => {
          if (weights === undefined) throw refused('unsupported', 'weights', `of ${id} are not known`)
          return download(parts, weights, options)
        }
      : undeclared(provider, 'weights.download'),
    async erase({ id }, options) {
      if (!declared.remove) {
        const detail = 'nothing can be deleted here'
        return (['model', 'dataset'] as const).map((item) => ({ item, outcome: 'impossible', id, detail }))
      }
      const generations = await eraseGenerations(id, options)
      const model = await deleted('model', id, `/fine-tunes/${encodeURIComponent(id)}`, options)
      // The photos and the weights go with the training.
      const parted = (['weights', 'dataset'] as const).map((item) => ({ ...model, item }))
      return [model, ...parted, ...generations]
    },
  }
}
