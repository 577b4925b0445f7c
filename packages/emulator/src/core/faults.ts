import type { Fault, FaultScript, JobFault, JobKind, Operation, RequestFault, WebhookFault } from './types.js'
import type { JobFaults } from './vendor.js'

export interface Faults extends JobFaults {
  add(script: FaultScript): void
  takeForRequest(operation: Operation): RequestFault | undefined
  takeForWebhook(kind: JobKind): WebhookFault | undefined
  reset(): void
}

interface Armed<F extends Fault> {
  readonly operation: Operation | undefined
  readonly fault: F
  skip: number
  times: number
}

/** Scripts that wait for their moment. Several may wait at once; the oldest that matches strikes. */
export function createFaults(): Faults {
  const requestFaults: Armed<RequestFault>[] = []
  const jobFaults: Armed<JobFault>[] = []
  const webhookFaults: Armed<WebhookFault>[] = []

  return {
    add(script) {
      const { operation, fault, times = 1, skip = 0 } = script
      if (!Number.isInteger(times) || times < 1)
        throw new TypeError(`times must be an integer of at least 1, got ${times}`)
      if (!Number.isInteger(skip) || skip < 0) throw new TypeError(`skip must be an integer of at least 0, got ${skip}`)
      const armed = { operation, times, skip }
      switch (fault.type) {
        case 'job-failed':
        case 'job-blocked':
        case 'job-stuck':
          requireSubmit(operation, fault)
          jobFaults.push({ ...armed, fault })
          return
        case 'webhook-lost':
        case 'webhook-doubled':
        case 'webhook-late':
        case 'webhook-reordered':
        case 'webhook-forged':
          requireSubmit(operation, fault)
          webhookFaults.push({ ...armed, fault })
          return
        default:
          requestFaults.push({ ...armed, fault })
      }
    },
    takeForRequest: (operation) => take(requestFaults, operation),
    takeForJob: (kind) => take(jobFaults, `${kind}.submit`),
    takeForWebhook: (kind) => take(webhookFaults, `${kind}.submit`),
    reset() {
      requestFaults.length = 0
      jobFaults.length = 0
      webhookFaults.length = 0
    },
  }
}

function requireSubmit(operation: Operation | undefined, fault: Fault): void {
  if (operation === undefined || operation === 'fine-tune.submit' || operation === 'generation.submit') return
  throw new TypeError(
    `operation of a ${fault.type} fault must be fine-tune.submit or generation.submit (the job it strikes), got ${operation}`,
  )
}

function take<F extends Fault>(armed: Armed<F>[], operation: Operation): F | undefined {
  for (const candidate of armed) {
    if (candidate.operation !== undefined && candidate.operation !== operation) continue
    if (candidate.skip > 0) {
      candidate.skip -= 1
      continue
    }
    candidate.times -= 1
    if (candidate.times === 0) armed.splice(armed.indexOf(candidate), 1)
    return candidate.fault
  }
  return undefined
}
