import { dirname, join, resolve } from 'node:path'
import type { JobHandle } from '@likeness/core'
import { jobFilePath } from '../files/job-file.js'
import type { LoadedProviders } from '../load-providers.js'

/** A folder of the config stands relative to the config file; its default, relative to the working folder. */
function folder(providers: LoadedProviders, cwd: string, configured: string | undefined, usual: string): string {
  if (configured === undefined || providers.path === undefined) return resolve(cwd, usual)
  return resolve(dirname(providers.path), configured)
}

/** Where job files lie. */
export function jobsFolder(providers: LoadedProviders, cwd: string): string {
  return folder(providers, cwd, providers.jobs, '.likeness/jobs')
}

/** Where kept weights lie. */
export function weightsFolder(providers: LoadedProviders, cwd: string): string {
  return join(dirname(jobsFolder(providers, cwd)), 'weights')
}

/** Where pictures go. */
export function outputFolder(providers: LoadedProviders, cwd: string, flag: string | undefined): string {
  return flag === undefined ? folder(providers, cwd, providers.output, 'pictures') : resolve(cwd, flag)
}

/** The file of each job. */
export function jobFileOf(providers: LoadedProviders, cwd: string): (handle: JobHandle) => string {
  const path = jobsFolder(providers, cwd)
  return (handle) => jobFilePath(path, handle)
}
