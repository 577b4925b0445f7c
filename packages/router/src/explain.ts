import {
  type Estimate,
  type FineTuneInput,
  type FineTuneRequest,
  type GenerateInput,
  type GenerateRequest,
  LikenessError,
  type Portfolio,
} from '@likeness/core'
import { prepareFineTune, prepareGenerate } from '@likeness/core/runtime'
import { checkPrice, trainingFor } from './eligibility.js'
import { rangeOf, sumOf } from './estimates.js'
import { isRouter } from './is-router.js'
import { refusal as limitRefusal } from './limits/obstacles.js'
import { asUnsent } from './run/endings.js'
import type { Environment } from './run/environment.js'
import { type AnyRequest, generation, training, type Work } from './run/jobs.js'
import { ledgerSubject } from './run/ledger-subject.js'
import { lacksModel } from './run/on-demand.js'
import { splitAt } from './run/prepare.js'
import { stopsBefore } from './run/walk.js'
import { wayOf } from './run/way.js'
import type { Leaf } from './strategy/node.js'
import type { Explanation, OnDemandPlan, Router, TargetExplanation } from './types.js'

/** What stands against a paid request there now, beside the request itself. */
function checkState<Request extends AnyRequest>(
  env: Environment,
  leaf: Leaf,
  job: 'fine-tune' | 'generation',
  request: Request,
  estimate: Estimate | undefined,
): void {
  const obstacle = env.limiter.obstacle(leaf.provider.id, leaf.limits)
  if (obstacle?.limit === 'breaker') {
    throw limitRefusal(leaf.provider.id, obstacle, Math.max(0, (obstacle.until ?? 0) - env.clock.now()))
  }
  const run = { env, key: request.idempotencyKey, tags: request.tags, job }
  const refusal = env.ledger.obstacle(ledgerSubject(run, leaf, request, 'first', estimate))
  if (refusal !== undefined) {
    throw new LikenessError({ kind: 'budget-exceeded', message: refusal, provider: leaf.provider.id })
  }
}

async function explainLeaf<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  leaf: Leaf,
  requestsAt: (leaf: Leaf) => readonly Request[],
): Promise<TargetExplanation> {
  const about = { target: leaf.name, provider: leaf.provider.id }
  try {
    const requests = requestsAt(leaf)
    const [first] = requests
    if (first === undefined) throw new TypeError('a request asks for something')
    const { jobs } = work.at(leaf.provider)
    const estimates = requests.map((request) => jobs.estimate(request))
    const warnings = await jobs.validate(first)
    checkPrice(leaf, estimates[0]?.maximum)
    checkState(env, leaf, work.job, first, estimates[0])
    const applied = 'models' in first ? first.models[0]?.model : undefined
    return {
      ...about,
      eligible: true,
      ...(applied && { model: { id: applied.id, provider: applied.provider } }),
      requests: requests.length,
      estimate: sumOf(estimates),
      warnings,
      preview: await jobs.preview(first),
    }
  } catch (thrown) {
    const { kind, message } = asUnsent(thrown, leaf.provider.id)
    return { ...about, eligible: false, kind, reason: message, warnings: [] }
  }
}

async function explainAll<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestsAt: (leaf: Leaf) => readonly Request[],
  lacking: (leaf: Leaf, explanation: TargetExplanation) => Promise<TargetExplanation>,
): Promise<Explanation> {
  const firstAt = (leaf: Leaf): Request => requestsAt(leaf)[0] ?? request
  const way = wayOf(env, work, request, firstAt)
  const others = env.leaves.filter((leaf) => !way.includes(leaf))
  const all: TargetExplanation[] = []
  for (const leaf of way) all.push(await lacking(leaf, await explainLeaf(env, work, leaf, requestsAt)))
  const end = all.findIndex(({ kind, eligible }) => !eligible && kind !== undefined && stopsBefore(env.rules, kind))
  const reached = end === -1 ? all : all.slice(0, end)
  const order = reached.filter(({ eligible }) => eligible).map(({ target }) => target)
  for (const { name, provider } of others) {
    const reason = 'The strategy does not lead here for this request.'
    all.push({ target: name, provider: provider.id, eligible: false, reason, warnings: [] })
  }
  const targets = [...all.filter(({ eligible }) => eligible), ...all.filter(({ eligible }) => !eligible)]
  const estimate = rangeOf(targets.filter(({ eligible }) => eligible).map((target) => target.estimate))
  return { targets, order, rules: env.rules, ...(estimate && { estimate }) }
}

/** What a target that lacks nothing but a model would take to get one. */
async function onDemandAt(
  env: Environment,
  leaf: Leaf,
  request: GenerateRequest,
  explanation: TargetExplanation,
): Promise<OnDemandPlan | undefined> {
  const { kind, reason } = explanation
  if (explanation.eligible || kind === undefined || env.onDemand === undefined) return undefined
  const error = new LikenessError({ kind, message: reason ?? '' })
  if (!lacksModel(leaf, error, request)) return undefined
  try {
    return await env.onDemand.plan(leaf.provider, request.portfolio)
  } catch (thrown) {
    // Training there is refused as well; the target's own reason says what is lacking.
    if (LikenessError.is(thrown)) return undefined
    throw thrown
  }
}

/** A target that is a router tells of its own targets. */
async function inside(
  leaf: Leaf,
  ask: (router: Router) => Promise<Explanation>,
): Promise<Pick<TargetExplanation, 'targets'>> {
  const { provider } = leaf
  if (!isRouter(provider)) return {}
  try {
    return { targets: (await ask(provider)).targets }
  } catch (thrown) {
    if (LikenessError.is(thrown)) return {}
    throw thrown
  }
}

/** What the router would do with a generation. Nothing is sent. */
export async function explainGenerate(
  env: Environment,
  input: GenerateInput & { readonly portfolio?: Portfolio | undefined },
): Promise<Explanation> {
  const { portfolio, ...parameters } = input
  const { request, close } = await prepareGenerate(parameters, { models: [], ...(portfolio && { portfolio }) }, {})
  try {
    const requestsAt = (leaf: Leaf) => splitAt(env, leaf, request)
    return await explainAll(env, generation, request, requestsAt, async (leaf, explanation) => {
      const onDemand = await onDemandAt(env, leaf, request, explanation)
      const known = onDemand === undefined ? explanation : { ...explanation, eligible: true, onDemand }
      return { ...known, ...(await inside(leaf, (router) => router.explain(input))) }
    })
  } finally {
    await close()
  }
}

/** What the router would do with a training. Reads the images; nothing is sent. */
export async function explainFineTune(env: Environment, input: FineTuneInput): Promise<Explanation> {
  const { request, close } = await prepareFineTune(input, {})
  try {
    return await explainAll<FineTuneRequest, unknown>(
      env,
      training,
      request,
      (leaf) => [trainingFor(leaf, request)],
      async (leaf, explanation) => ({
        ...explanation,
        ...(await inside(leaf, (router) => router.explainFineTune(input))),
      }),
    )
  } finally {
    await close()
  }
}
