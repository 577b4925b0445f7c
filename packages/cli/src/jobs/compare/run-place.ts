import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  type ComparisonPlan,
  openRunFolder,
  type RunFolder,
  type RunSummary,
  readRun,
  withOwnPhotos,
} from '@likeness/compare'
import type { Session } from '../../session.js'
import { findPlan, type PlanFile, readPlan } from './plan-file.js'

/** What to carry out, and where it is kept. */
export interface RunPlace {
  readonly folder: string
  /** Absent where a run goes on by its folder alone. */
  readonly file: PlanFile | undefined
  readonly plan: ComparisonPlan
  /** How far it has come; absent for a run that has not begun. */
  readonly begun: { readonly summary: RunSummary; readonly emulated: boolean | undefined } | undefined
}

/** Lets go of a run once `work` is done with it. */
export async function withRun<Result>(
  opened: Promise<RunFolder>,
  work: (run: RunFolder) => Promise<Result>,
): Promise<Result> {
  const run = await opened
  try {
    return await work(run)
  } finally {
    await run.store.close()
  }
}

function isBegun(folder: string): Promise<boolean> {
  return access(join(folder, 'plan.json')).then(
    () => true,
    () => false,
  )
}

/** `runs/compare-2026-11-20T16-32-26`, with a number where that is taken. */
async function newFolder({ io }: Session, name: string): Promise<string> {
  const time = new Date(io.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-')
  const path = resolve(io.cwd, 'runs', `${name}-${time}`)
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? path : `${path}-${number}`
    if (!(await isBegun(free))) return free
  }
}

/**
 * Reads the plan, or the run that goes on. Changes nothing.
 *
 * @param named - the plan file
 * @param run - the folder
 * @throws LikenessError `invalid-request` for a plan that cannot be used, or another one than that of the run
 */
export async function findRun(session: Session, named: string | undefined, run: string | undefined): Promise<RunPlace> {
  const { cwd } = session.io
  const given = run === undefined ? undefined : resolve(cwd, run)
  const goesOn = given !== undefined && (await isBegun(given))
  const file = goesOn && named === undefined ? undefined : await readPlan(await findPlan(cwd, named, given))
  if (given !== undefined && goesOn) {
    return withRun(openRunFolder(given, file?.plan), async (opened) => {
      const begun = { summary: await readRun(opened), emulated: opened.emulated }
      return { folder: given, file, plan: withOwnPhotos(opened), begun }
    })
  }
  if (file === undefined) throw new Error('unreachable: a run that has not begun has a plan')
  return { folder: given ?? (await newFolder(session, file.name)), file, plan: file.plan, begun: undefined }
}
