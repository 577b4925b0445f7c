import { resolve } from 'node:path'
import { type CancelOutcome, cancel, type JobHandle, type Provider } from '@likeness/core'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { readJobFile, writeJobFile } from '../files/job-file.js'
import { providerOfId } from '../jobs/select-providers.js'
import type { CommonFlags, Session } from '../session.js'
import { vendorJobs } from '../vendor-jobs.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

const words: Readonly<Record<CancelOutcome, string>> = {
  canceled: 'canceled',
  requested: 'cancel requested; it may still finish, and be billed',
  finished: 'had finished before',
}

/** Stops a job, or all jobs of a router's handle. What a vendor cannot do it explains best itself. */
async function stop(handle: JobHandle, provider: Provider, abortSignal: AbortSignal): Promise<CancelOutcome> {
  const { vendorsOf } = await import('@likeness/router')
  for (const job of vendorJobs(handle)) {
    const vendor = vendorsOf([provider]).find(({ id }) => id === job.provider)
    const can = job.kind === 'fine-tune' ? vendor?.capabilities.fineTune?.cancel : vendor?.capabilities.generate?.cancel
    if (vendor !== undefined && can === false) return cancel(job, vendor, { abortSignal })
  }
  return cancel(handle, provider, { abortSignal })
}

async function work(session: Session, file: string): Promise<number> {
  const path = resolve(session.io.cwd, file)
  const job = await readJobFile(path)
  const { handle } = job
  const provider = await providerOfId(await session.providers(), handle.provider)
  const outcome = await stop(handle, provider, session.abortSignal)
  if (outcome === 'canceled') {
    const at = new Date(session.io.clock.now()).toISOString()
    writeJobFile(path, { ...job, outcome: { state: 'canceled', at } })
  }
  session.print({ handle, outcome }, `${handle.provider}  ${handle.id}  ${words[outcome]}\n`)
  return exitCodes.ok
}

export function addCancel(program: Command, run: Run): void {
  const command = program
    .command('cancel')
    .summary('stop a job at the vendor')
    .description('Stops a job at the vendor, where the vendor can. Interrupting `likeness` alone never stops a job.')
    .argument('<job>', 'job file, or a JSON file with a handle')
    .action((job: string, flags: CommonFlags) => run(flags, (session) => work(session, job)))
  withCommonFlags(command)
  withExamples(command, 'cancel .likeness/jobs/fine-tune-fal-3f2a.json')
}
