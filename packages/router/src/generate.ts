import { type Generate, type GenerateRequest, type Provider, unsupported } from '@likeness/core'
import { pageOf } from './lists.js'
import { askFirst, estimateRange } from './offline.js'
import type { Environment } from './run/environment.js'
import { findGeneration } from './run/find.js'
import { generation } from './run/jobs.js'
import { cancelAll, generationStatus, paceOf, removeAll } from './run/of-handle.js'
import { splitAt } from './run/prepare.js'
import { seeGenerationThrough } from './run/see-through.js'
import { startGeneration } from './run/start-all.js'
import type { Leaf } from './strategy/node.js'
import { memberOf } from './targets.js'

/** Generation at a router's targets. */
export function routeGenerate(
  env: Environment,
  capabilities: NonNullable<Provider['capabilities']['generate']>,
): Generate {
  const { id } = env
  const none = (operation: string) => unsupported(id, `generation.${operation}`)
  /** A member that is the only one says itself what it lacks, and why. */
  const only = env.members.length === 1 ? env.members[0]?.generate : undefined
  const first = (request: GenerateRequest) => (leaf: Leaf) => splitAt(env, leaf, request)[0] ?? request
  const listed = env.members.filter((member) => member.capabilities.generate?.list)
  return {
    estimate: (request) =>
      estimateRange(env, generation, request, first(request), (leaf) => splitAt(env, leaf, request)),
    validate: (request) => askFirst(env, generation, request, first(request), (jobs, own) => jobs.validate(own)),
    preview: (request) => askFirst(env, generation, request, first(request), (jobs, own) => jobs.preview(own)),
    run: (request, context) => seeGenerationThrough(env, request, context),
    start: (request, options) => startGeneration(env, request, options),
    status: (handle, options) => generationStatus(env, handle, options),
    pace: (handle) => paceOf(env, generation, handle),
    find: capabilities.find
      ? (request, options) => findGeneration(env, request, options)
      : (only?.find ?? none('find')),
    cancel: capabilities.cancel
      ? (handle, options) => cancelAll(env, generation, handle, options)
      : (only?.cancel ?? none('cancel')),
    remove: capabilities.remove
      ? (handle, options) => removeAll(env, handle, options)
      : (only?.remove ?? none('remove')),
    list: capabilities.list
      ? ({ model, ...options } = {}) => {
          const of =
            model === undefined ? listed : listed.filter((member) => member === memberOf(env, model.provider, 'model'))
          const lists = of.flatMap(({ generate }) => generate ?? [])
          return pageOf(
            lists.map((generate) => (page) => generate.list({ ...page, model })),
            options,
          )
        }
      : (only?.list ?? none('list')),
    download: async (image, options) => {
      const { generate } = memberOf(env, image.provider, 'image')
      return generate?.download(image, options) ?? none('download')()
    },
  }
}
