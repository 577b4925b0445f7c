import {
  type FineTunePlan,
  LikenessError,
  type Provider,
  planFineTune,
  type SubjectKind,
  subjectKinds,
} from '@likeness/core'
import { type Command, Option } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { list, number } from '../flags/parse.js'
import { formatEstimate } from '../jobs/agree-on-cost.js'
import { selectProviders } from '../jobs/select-providers.js'
import { serializeError } from '../print-error.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface PreflightFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly subject?: string
  readonly kind?: SubjectKind
  readonly steps?: number
}

type Check = { readonly provider: string } & ({ readonly plan: FineTunePlan } | { readonly error: LikenessError })

/** An ordinary English class name that every vendor takes, where the question is about the photos alone. */
const anySubject = 'person'

async function check(
  session: Session,
  provider: Provider,
  photos: readonly string[],
  flags: PreflightFlags,
): Promise<Check> {
  try {
    const subject = defined({ className: flags.subject ?? anySubject, kind: flags.kind })
    const { abortSignal } = session
    const plan = await planFineTune({
      provider,
      subject,
      images: photos.map((photo) => inputPath(session.io, photo)),
      abortSignal,
      ...defined({ steps: flags.steps }),
    })
    return { provider: provider.id, plan }
  } catch (error) {
    // A photo that cannot be read is wrong everywhere; what one provider refuses is part of its answer.
    if (!LikenessError.is(error) || error.provider === undefined) throw error
    return { provider: provider.id, error }
  }
}

function verdict(check: Check): string {
  if ('error' in check) return 'refused'
  return check.plan.problems.some(({ severity }) => severity === 'error') ? 'refused' : 'ok'
}

function rowsOf(check: Check): string[][] {
  const price = 'plan' in check ? formatEstimate(check.plan.estimate) : 'unknown'
  const heading = [check.provider, verdict(check), price]
  if ('error' in check) return [heading, ['', 'error', check.error.message]]
  const problems = check.plan.problems.map(({ severity, message }) => ['', severity, message])
  const warnings = check.plan.warnings.map(({ message }) => ['', 'warning', message])
  return [heading, ...problems, ...warnings]
}

async function work(session: Session, photos: readonly string[], flags: PreflightFlags): Promise<number> {
  const loaded = await session.providers({ spends: false })
  const named = flags.provider ?? (loaded.defaults.length > 0 ? loaded.defaults : ['all'])
  const providers = (await selectProviders(loaded, named)).filter(({ fineTune }) => fineTune !== undefined)
  const checks = await Promise.all(providers.map((provider) => check(session, provider, photos, flags)))
  const documents = checks.map((one) =>
    'plan' in one
      ? { provider: one.provider, verdict: verdict(one), ...one.plan }
      : { provider: one.provider, verdict: 'refused', error: serializeError(one.error) },
  )
  session.print({ providers: documents }, table([['provider', 'verdict', 'estimate'], ...checks.flatMap(rowsOf)]))
  const failed = checks.find((one) => 'error' in one)
  if (failed !== undefined && 'error' in failed) return exitCodeOf(failed.error)
  return checks.every((one) => verdict(one) === 'ok') ? exitCodes.ok : exitCodes.usage
}

export function addPreflight(program: Command, run: Run): void {
  const command = program
    .command('preflight')
    .summary('check photos before any money moves')
    .description(
      'Checks training photos against what each provider takes, and estimates the price. Sends nothing and needs no key. Exit code 2 when a provider would refuse them.',
    )
    .argument('<photos...>', 'files, folders, globs or URLs')
    .option('--provider <names>', 'where: names from the config, with commas (default: all)', list)
    .option('--subject <class>', 'class name, to be checked as well')
    .addOption(new Option('--kind <kind>', 'what sort of thing it is').choices(subjectKinds))
    .option('--steps <count>', 'training steps, for the price', number)
    .action((photos: string[], flags: PreflightFlags) => run(flags, (session) => work(session, photos, flags)))
  withCommonFlags(command)
  withExamples(command, 'preflight ./photos', 'preflight ./photos --provider fal,astria --json')
}
