import { randomUUID } from 'node:crypto'
import { LikenessError, type Provider, systemClock } from '@likeness/core'
import { joinAccounts } from './account.js'
import { joinCapabilities } from './capabilities.js'
import { checkSettings } from './check-settings.js'
import { createEmitter } from './emitter.js'
import { explainFineTune, explainGenerate } from './explain.js'
import { routeFineTune } from './fine-tune.js'
import { routeGenerate } from './generate.js'
import { createLedger } from './ledger/create-ledger.js'
import { createLimiter } from './limits/create-limiter.js'
import { createHedgeQuota } from './limits/hedge-quota.js'
import { createLatencies } from './limits/latencies.js'
import { rulesOf } from './rules.js'
import type { Environment } from './run/environment.js'
import { leavesOf } from './strategy/node.js'
import { resolveTarget } from './strategy/resolve-target.js'
import type { Router, RouterSettings } from './types.js'
import { joinWebhooks } from './webhooks.js'

const defaultMaximumShare = 0.05

function checkId(id: string): void {
  if (/^\S+$/.test(id)) return
  const message = `must be one word (given: ${JSON.stringify(id)})`
  throw new LikenessError({ kind: 'invalid-request', message: `id ${message}.`, fields: [{ field: 'id', message }] })
}

/**
 * A provider made of providers. It sends a request to the first target that can make it, goes on with the next by the
 * rules in {@link fallbackRules}, never makes a picture without the subject, and keeps account of every paid request.
 *
 * @example
 * const router = createRouter({
 *   providers: { fal: createFal(), astria: createAstria() },
 *   target: { strategy: { mode: 'fallback' }, targets: [{ provider: 'fal' }, { provider: 'astria' }] },
 * })
 * const { images, trail, cost } = await generate({ provider: router, portfolio, prompt: 'a portrait of {subject}' })
 * @throws LikenessError `invalid-request` naming every field that is wrong
 */
export function createRouter(settings: RouterSettings): Router {
  const { id = 'router', providers, target, breaker, hedge, onUnknown = 'fail', random = Math.random } = settings
  checkSettings(settings)
  checkId(id)
  const root = resolveTarget(target, providers)
  const leaves = leavesOf(root)
  const members: Provider[] = [...new Set(leaves.map(({ provider }) => provider))]
  const clock = settings.clock ?? members.find((member) => member.clock !== undefined)?.clock ?? systemClock
  const emitter = createEmitter()
  if (settings.onEvent !== undefined) emitter.subscribe(settings.onEvent)
  const ledger = settings.ledger ?? createLedger({ clock, finishedEntries: 1000 })
  const limiter = settings.limiter ?? createLimiter({ clock, breaker })
  const accounts = new Set(leaves.map(({ provider }) => provider.id))
  limiter.subscribe((provider, state) => {
    if (!accounts.has(provider)) return
    const until = state.state === 'open' ? { until: state.until } : {}
    emitter.emit({ type: 'breaker', at: clock.now(), router: id, provider, state: state.state, ...until })
  })
  const env: Environment = {
    id,
    root,
    leaves,
    members,
    sources: Object.values(providers),
    rules: rulesOf(settings.rules, onUnknown),
    onUnknown,
    hedge,
    quota: createHedgeQuota(hedge?.maximumShare ?? defaultMaximumShare),
    ledger,
    limiter,
    latencies: createLatencies(),
    emitter,
    run: settings.run ?? randomUUID(),
    licences: settings.licences,
    onDemand: settings.onDemand,
    clock,
    random,
  }
  const capabilities = joinCapabilities(members)
  const webhooks = joinWebhooks(id, members)
  const account = joinAccounts(members)
  return {
    specificationVersion: 'v1',
    id,
    capabilities,
    members,
    clock,
    ...(capabilities.fineTune && { fineTune: routeFineTune(env, capabilities.fineTune) }),
    ...(capabilities.generate && { generate: routeGenerate(env, capabilities.generate) }),
    ...(webhooks && { webhooks }),
    ...(account && { account }),
    ledger,
    limiter,
    explain: (input) => explainGenerate(env, input),
    explainFineTune: (input) => explainFineTune(env, input),
    subscribe: emitter.subscribe,
  }
}
