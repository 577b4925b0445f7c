import type { Estimate, TrailEntry } from '@likeness/core'
import type { LedgerSubject } from '../ledger/types.js'
import type { Leaf } from '../strategy/node.js'
import type { AnyRequest } from './jobs.js'
import type { RequestRun } from './request-run.js'

/** The models that a request applies. */
export function modelsOf(request: AnyRequest) {
  return 'models' in request ? request.models : []
}

function nameOfSubject(request: AnyRequest): string | undefined {
  const [applied] = modelsOf(request)
  const subject = 'subject' in request ? request.subject : (request.portfolio?.subject ?? applied?.model.subject)
  return subject?.name ?? subject?.className
}

/** What the ledger is told of a paid request. */
export function ledgerSubject(
  run: Pick<RequestRun, 'env' | 'key' | 'tags' | 'job'>,
  leaf: Leaf,
  request: AnyRequest,
  role: TrailEntry['role'],
  estimate: Estimate | undefined,
): LedgerSubject {
  return {
    kind: run.job,
    provider: leaf.provider.id,
    target: leaf.name,
    idempotencyKey: request.idempotencyKey,
    request: run.key,
    role,
    run: run.env.run,
    tags: run.tags,
    subject: nameOfSubject(request),
    model: modelsOf(request)[0]?.model.id,
    n: 'n' in request ? request.n : undefined,
    estimate,
  }
}
