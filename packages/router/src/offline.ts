import { type Estimate, LikenessError } from '@likeness/core'
import { checkPrice } from './eligibility.js'
import { rangeOf, sumOf } from './estimates.js'
import type { Environment } from './run/environment.js'
import type { AnyRequest, Jobs, Work } from './run/jobs.js'
import { wayOf } from './run/way.js'
import type { Leaf } from './strategy/node.js'

/** A target that could take the request, and the request as it would receive it. */
interface Candidate<Request, Status> {
  readonly leaf: Leaf
  readonly jobs: Jobs<Request, Status>
  readonly request: Request
}

function candidatesOf<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestAt: (leaf: Leaf) => Request,
): { readonly candidates: Candidate<Request, Status>[]; readonly refusals: LikenessError[] } {
  const candidates: Candidate<Request, Status>[] = []
  const refusals: LikenessError[] = []
  for (const leaf of wayOf(env, work, request, requestAt)) {
    try {
      const { jobs } = work.at(leaf.provider)
      const own = requestAt(leaf)
      checkPrice(leaf, jobs.estimate(own)?.maximum)
      candidates.push({ leaf, jobs, request: own })
    } catch (error) {
      if (!LikenessError.is(error)) throw error
      refusals.push(error)
    }
  }
  return { candidates, refusals }
}

function nobody(id: string, refusals: readonly LikenessError[]): LikenessError {
  const [first, ...others] = refusals
  if (first !== undefined && others.length === 0) return first
  return new LikenessError({
    kind: 'no-eligible-provider',
    message: refusals.map(({ message }) => message).join(' ') || 'No condition of the router fits this request.',
    provider: id,
    causes: refusals,
  })
}

/**
 * Asks the first target that could take the request.
 *
 * @throws LikenessError why none could
 */
export async function askFirst<Request extends AnyRequest, Status, Answer>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestAt: (leaf: Leaf) => Request,
  ask: (jobs: Jobs<Request, Status>, request: Request) => Promise<Answer>,
): Promise<Answer> {
  const { candidates, refusals } = candidatesOf(env, work, request, requestAt)
  for (const { jobs, request: own } of candidates) {
    try {
      return await ask(jobs, own)
    } catch (error) {
      if (!LikenessError.is(error) || env.rules[error.kind] === 'stop') throw error
      refusals.push(error)
    }
  }
  throw nobody(env.id, refusals)
}

/** From the cheapest target's lower to the dearest one's upper estimate; unknown as soon as one of them is. */
export function estimateRange<Request extends AnyRequest, Status>(
  env: Environment,
  work: Work<Request, Status>,
  request: Request,
  requestAt: (leaf: Leaf) => Request,
  times: (leaf: Leaf) => readonly Request[],
): Estimate | undefined {
  const { candidates } = candidatesOf(env, work, request, requestAt)
  const estimates = candidates.map(({ leaf, jobs }) => sumOf(times(leaf).map((one) => jobs.estimate(one))))
  return rangeOf(estimates)
}
