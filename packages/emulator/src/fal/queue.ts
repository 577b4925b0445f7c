import { randomUUID } from 'node:crypto'
import type { InvoiceLine, JobFault } from '../core/types.js'
import type { VendorContext, Webhook } from '../core/vendor.js'
import type { FalJob, LogLine } from './entities.js'
import type { Failure } from './errors.js'
import { contentPolicyViolation, internalError } from './errors.js'
import type { Model } from './models.js'
import type { FalSettings } from './settings.js'
import type { Signer } from './webhooks.js'
import { forgedBody, webhookBody, webhookRetries } from './webhooks.js'

/** What a request will do when its turn comes. */
export interface Work {
  readonly endpoint: Model
  readonly input: Record<string, unknown>
  readonly lines: readonly InvoiceLine[]
  run(
    job: FalJob,
    fault: JobFault | undefined,
  ): Promise<{ output: NonNullable<FalJob['output']>; applied?: string[] } | { failure: Failure }>
}

interface SubmitOptions {
  readonly priority: 'normal' | 'low'
  readonly webhookUrl: string | undefined
  /** Milliseconds until it must have started. */
  readonly startTimeout: number | undefined
}

export interface Queue {
  submit(work: Work, options: SubmitOptions): FalJob
  /** Requests ahead of it. */
  position(job: FalJob): number
  readonly waiting: number
  readonly running: number
  cancel(job: FalJob): Promise<'requested' | 'already-completed'>
  reset(): void
}

/** The queue of one account: IN_QUEUE, IN_PROGRESS (and back, when interrupted), COMPLETED. */
export function createQueue(context: VendorContext<FalSettings>, signer: Signer): Queue {
  const { timers, durations, settings, clock } = context
  let waiting: FalJob[] = []
  const ready = new Set<FalJob>()
  const running = new Set<FalJob>()
  const runs = new WeakMap<
    FalJob,
    { work: Work; fault: JobFault | undefined; webhook: Webhook | undefined; interruptions: number }
  >()

  const log = (job: FalJob, message: string, level: LogLine['level'] = 'INFO') =>
    job.logs.push({ timestamp: new Date(clock.now()).toISOString(), message, level, source: 'USER' })

  function submit(work: Work, options: SubmitOptions): FalJob {
    const { kind } = work.endpoint
    const id = randomUUID()
    const job = context.jobs.add<FalJob>({
      kind,
      id,
      state: 'IN_QUEUE',
      createdAt: clock.now(),
      appliedFineTunes: [],
      model: work.endpoint.id,
      endpoint: work.endpoint,
      input: work.input,
      lines: work.lines,
      priority: options.priority,
      gatewayRequestId: id,
      expired: false,
      logs: [],
    })
    if (work.lines.length > 0) context.invoice.bill({ kind, jobId: id, lines: work.lines })
    runs.set(job, {
      work,
      fault: context.faults.takeForJob(kind),
      webhook: options.webhookUrl === undefined ? undefined : openWebhook(job, options.webhookUrl),
      interruptions: settings.interruptions,
    })
    enqueue(job)
    if (options.startTimeout !== undefined) timers.after(options.startTimeout, () => timeOut(job))
    return job
  }

  function openWebhook(job: FalJob, url: string): Webhook {
    const forger = { body: forgedBody(job) }
    const forge = () => ({ ...forger, headers: { ...signer.message(job, 'another body', clock.now()).headers } })
    return context.webhooks.open({ kind: job.kind, jobId: job.id, url, retryAfter: webhookRetries, forge })
  }

  function enqueue(job: FalJob): void {
    job.state = 'IN_QUEUE'
    const firstLow = waiting.findIndex(({ priority }) => priority === 'low')
    if (job.priority === 'normal' && firstLow >= 0) waiting.splice(firstLow, 0, job)
    else waiting.push(job)
    timers.after(job.kind === 'fine-tune' ? durations.fineTuneQueued : durations.generationQueued, () => {
      ready.add(job)
      startWhatFits()
    })
  }

  function startWhatFits(): void {
    for (const job of waiting.filter((candidate) => ready.has(candidate))) {
      if (running.size >= settings.maxConcurrent) return
      start(job)
    }
  }

  function start(job: FalJob): void {
    waiting = waiting.filter((other) => other !== job)
    ready.delete(job)
    running.add(job)
    job.state = 'IN_PROGRESS'
    job.startedAt = clock.now()
    log(job, job.kind === 'fine-tune' ? 'Preparing the training data' : 'Loading the model')
    const run = runs.get(job)
    if (run?.fault?.type === 'job-stuck') return
    const time = job.kind === 'fine-tune' ? durations.fineTuneRunning : durations.generationRunning
    if (run !== undefined && run.interruptions > 0) {
      run.interruptions -= 1
      timers.after(time / 2, () => interrupt(job))
      return
    }
    timers.after(time / 2, () => {
      if (job.state === 'IN_PROGRESS') log(job, '50%|█████     |')
    })
    timers.after(time, () => finish(job))
  }

  /** The runner went away; the request is tried again, under another gateway id. */
  function interrupt(job: FalJob): void {
    if (!running.delete(job)) return
    job.gatewayRequestId = randomUUID()
    enqueue(job)
    startWhatFits()
  }

  async function finish(job: FalJob): Promise<void> {
    const run = runs.get(job)
    if (run === undefined || !running.has(job)) return
    const outcome = await perform(job, run.work, run.fault)
    // It may have been cancelled while it worked.
    if (!running.has(job)) return
    if ('failure' in outcome) return await fail(job, outcome.failure)
    job.output = outcome.output
    job.appliedFineTunes = outcome.applied ?? []
    await complete(job)
  }

  async function perform(job: FalJob, work: Work, fault: JobFault | undefined): ReturnType<Work['run']> {
    if (fault?.type === 'job-failed') return { failure: internalError(fault.message) }
    if (fault?.type === 'job-blocked' && (job.kind === 'fine-tune' || settings.blockedAs === 'error'))
      return { failure: contentPolicyViolation() }
    return await work.run(job, fault)
  }

  async function fail(job: FalJob, failure: Failure): Promise<void> {
    job.failure = failure
    job.error = failure.source === 'model' ? (failure.detail[0]?.msg ?? 'failed') : failure.message
    log(job, job.error, 'ERROR')
    context.invoice.refund(job.id)
    await complete(job)
  }

  async function complete(job: FalJob): Promise<void> {
    running.delete(job)
    waiting = waiting.filter((other) => other !== job)
    ready.delete(job)
    job.state = 'COMPLETED'
    job.finishedAt = clock.now()
    startWhatFits()
    await runs.get(job)?.webhook?.send(() => signer.message(job, webhookBody(job), clock.now()))
  }

  function timeOut(job: FalJob): Promise<void> | undefined {
    if (job.state !== 'IN_QUEUE') return undefined
    return fail(job, {
      source: 'infrastructure',
      status: 504,
      errorType: 'request_timeout',
      message: 'Request timed out before it could start',
      headers: { 'x-fal-request-timeout-type': 'user' },
    })
  }

  return {
    submit,
    position: (job) => Math.max(0, waiting.indexOf(job)),
    get waiting() {
      return waiting.length
    },
    get running() {
      return running.size
    },
    async cancel(job) {
      if (job.state === 'COMPLETED') return 'already-completed'
      if (job.state === 'IN_PROGRESS' && !settings.cancelStopsRunning) return 'requested'
      // Not documented: what status and result say then. Other servers of this protocol answer like this.
      const message = 'Request was cancelled by the client'
      await fail(job, { source: 'infrastructure', status: 499, errorType: 'client_cancelled', message })
      return 'requested'
    },
    reset() {
      waiting = []
      ready.clear()
      running.clear()
    },
  }
}
