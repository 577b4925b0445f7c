import type { JobKind } from '@likeness/core'
import type { BackendOperation, Fault, FaultScript } from '../backend.js'

type JobFault = Extract<Fault, { type: `job-${string}` }>
type WebhookFault = Extract<Fault, { type: `webhook-${string}` }>
export type RequestFault = Exclude<Fault, JobFault | WebhookFault>

const isJobFault = (fault: Fault): fault is JobFault => fault.type.startsWith('job-')
const isWebhookFault = (fault: Fault): fault is WebhookFault => fault.type.startsWith('webhook-')
const isRequestFault = (fault: Fault): fault is RequestFault => !isJobFault(fault) && !isWebhookFault(fault)

/** Scripted faults that wait for their moment; the oldest that fits strikes. */
export function createFaults() {
  const scripts: { operation: BackendOperation | undefined; fault: Fault; times: number; skip: number }[] = []

  function take<Kind extends Fault>(
    operation: BackendOperation,
    fits: (fault: Fault) => fault is Kind,
  ): Kind | undefined {
    for (const script of scripts) {
      const { fault } = script
      if (!fits(fault) || (script.operation !== undefined && script.operation !== operation)) continue
      if (script.skip > 0) {
        script.skip -= 1
        continue
      }
      script.times -= 1
      if (script.times === 0) scripts.splice(scripts.indexOf(script), 1)
      return fault
    }
    return undefined
  }

  return {
    add({ operation, fault, times = 1, skip = 0 }: FaultScript) {
      scripts.push({ operation, fault, times, skip })
    },
    forRequest: (operation: BackendOperation) => take(operation, isRequestFault),
    forJob: (kind: JobKind) => take(`${kind}.submit`, isJobFault),
    forWebhook: (kind: JobKind) => take(`${kind}.submit`, isWebhookFault),
    clear() {
      scripts.length = 0
    },
  }
}
