import { type FineTune, type FineTuneRequest, type Provider, unsupported } from '@likeness/core'
import { trainingFor } from './eligibility.js'
import { pageOf } from './lists.js'
import { askFirst, estimateRange } from './offline.js'
import type { Environment } from './run/environment.js'
import { findTraining } from './run/find.js'
import { training } from './run/jobs.js'
import { cancelAll, paceOf, trainingStatus } from './run/of-handle.js'
import { seeTrainingThrough } from './run/see-through.js'
import { startTraining } from './run/start-all.js'
import type { Leaf } from './strategy/node.js'
import { memberOf } from './targets.js'

/** Training at a router's targets. */
export function routeFineTune(
  env: Environment,
  capabilities: NonNullable<Provider['capabilities']['fineTune']>,
): FineTune {
  const { id } = env
  const at = (request: FineTuneRequest) => (leaf: Leaf) => trainingFor(leaf, request)
  const trainer = (provider: string) => memberOf(env, provider, 'model').fineTune
  const none = (operation: string) => unsupported(id, `fine-tune.${operation}`)
  /** A member that is the only one says itself what it lacks, and why. */
  const only = env.members.length === 1 ? env.members[0]?.fineTune : undefined
  const listed = env.members.filter((member) => member.capabilities.fineTune?.list)
  const adopting = env.members.filter((member) => (member.capabilities.fineTune?.adopts.length ?? 0) > 0)
  return {
    estimate: (request) => estimateRange(env, training, request, at(request), (leaf) => [trainingFor(leaf, request)]),
    validate: (request) => askFirst(env, training, request, at(request), (jobs, own) => jobs.validate(own)),
    preview: (request) => askFirst(env, training, request, at(request), (jobs, own) => jobs.preview(own)),
    run: (request, context) => seeTrainingThrough(env, request, context),
    start: (request, options) => startTraining(env, request, options),
    status: (handle, options) => trainingStatus(env, handle, options),
    pace: (handle) => paceOf(env, training, handle),
    find: capabilities.find ? (request, options) => findTraining(env, request, options) : (only?.find ?? none('find')),
    cancel: capabilities.cancel
      ? (handle, options) => cancelAll(env, training, handle, options)
      : (only?.cancel ?? none('cancel')),
    remove: capabilities.remove
      ? async (model, options) => trainer(model.provider)?.remove(model, options)
      : (only?.remove ?? none('remove')),
    list: capabilities.list
      ? (options = {}) =>
          pageOf(
            listed.flatMap(({ fineTune }) => (fineTune ? [fineTune.list] : [])),
            options,
          )
      : (only?.list ?? none('list')),
    adopt: async (reference, options) => {
      const [sole, ...others] = adopting
      if (sole?.fineTune === undefined || others.length > 0) {
        const names = adopting.map((member) => member.id).join(', ')
        const why = `An id says nothing of whose it is. Ask one of its members itself: ${names}.`
        return unsupported(id, 'fine-tune.adopt', adopting.length > 1 ? why : undefined)()
      }
      return sole.fineTune.adopt(reference, options)
    },
    downloadWeights: async (model, options) =>
      trainer(model.provider)?.downloadWeights(model, options) ?? none('downloadWeights')(),
    erase: async (model, options) => trainer(model.provider)?.erase(model, options) ?? none('erase')(),
  }
}
