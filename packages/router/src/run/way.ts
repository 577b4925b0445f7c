import { type FineTuneRequest, type GenerateRequest, parseSize, subjectKind } from '@likeness/core'
import type { RequestFacts } from '../strategy/facts.js'
import type { Leaf } from '../strategy/node.js'
import { orderTargets } from '../strategy/order-targets.js'
import type { Environment } from './environment.js'
import type { AnyRequest, Work } from './jobs.js'

function generationFacts({ portfolio, models, tags, size }: GenerateRequest): RequestFacts {
  const known = portfolio?.models ?? models.map(({ model }) => model)
  const subject = portfolio?.subject ?? models[0]?.model.subject
  const parsed = size === undefined ? undefined : parseSize(size)
  return {
    job: 'generation',
    tags,
    bases: [...new Set(known.map(({ base }) => base))],
    subjectKind: subject && subjectKind(subject),
    pixels: parsed && parsed.width * parsed.height,
  }
}

function trainingFacts({ tags, base, subject }: FineTuneRequest): RequestFacts {
  return { job: 'fine-tune', tags, bases: base === undefined ? [] : [base], subjectKind: subjectKind(subject) }
}

/** What conditions can ask about a request. */
function factsOf(request: AnyRequest): RequestFacts {
  return 'images' in request ? trainingFacts(request) : generationFacts(request)
}

/** The targets in the order to try them. Whether each is eligible is found out when its turn comes. */
export function wayOf<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestAt: (leaf: Leaf) => Request,
): readonly Leaf[] {
  if (env.root.kind === 'leaf') return env.leaves
  return orderTargets(env.root, {
    random: env.random,
    medianMs: (leaf) => env.latencies.median(leaf.name),
    busy: (leaf) => env.limiter.busy(leaf.provider.id),
    get facts() {
      return factsOf(request)
    },
    upperEstimate(leaf) {
      try {
        return work.at(leaf.provider).jobs.estimate(requestAt(leaf))?.maximum
      } catch {
        // Not eligible, which its turn will tell; its price puts it nowhere.
        return undefined
      }
    },
  })
}
