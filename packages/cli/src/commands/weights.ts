import { resolve } from 'node:path'
import { addModel, type FineTunedModel, LikenessError } from '@likeness/core'
import type { Custody, VerifiedWeights } from '@likeness/router'
import type { Command } from 'commander'
import { exitCodeOf, exitCodes } from '../exit-code.js'
import { readPortfolio, updatePortfolio } from '../files/portfolio-file.js'
import { list } from '../flags/parse.js'
import { weightsFolder } from '../jobs/folders.js'
import { shortPath } from '../jobs/resume-command.js'
import type { LoadedProviders } from '../load-providers.js'
import { serializeError } from '../print-error.js'
import { findEntry } from '../provider-entries.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface WeightsFlags extends CommonFlags {
  readonly folder?: string
  readonly provider?: readonly string[]
  readonly model?: string
}

type Keeping = { readonly model: FineTunedModel } & ({ readonly custody: Custody } | { readonly error: LikenessError })

const folderOf = (session: Session, loaded: LoadedProviders, { folder }: WeightsFlags) =>
  folder === undefined ? weightsFolder(loaded, session.io.cwd) : resolve(session.io.cwd, folder)

function wanted(loaded: LoadedProviders, models: readonly FineTunedModel[], flags: WeightsFlags): FineTunedModel[] {
  const ids = flags.provider?.map((name) => findEntry(loaded.entries, name).id)
  const found = models.filter(
    ({ id, provider }) => (ids?.includes(provider) ?? true) && (flags.model === undefined || flags.model === id),
  )
  if (found.length > 0) return found
  const message = 'the portfolio holds no such model'
  throw new LikenessError({
    kind: 'invalid-request',
    message: `model: ${message}.`,
    fields: [{ field: 'model', message }],
  })
}

async function keepOne(
  session: Session,
  loaded: LoadedProviders,
  model: FineTunedModel,
  folder: string,
): Promise<Keeping> {
  const { keepWeights } = await import('@likeness/router')
  const { clock } = session.io
  try {
    const provider = await loaded.adapter(model.provider)
    return { model, custody: await keepWeights({ provider, model, folder, clock, abortSignal: session.abortSignal }) }
  } catch (error) {
    if (!LikenessError.is(error) || session.abortSignal.aborted) throw error
    return { model, error }
  }
}

async function keep(session: Session, portfolioFile: string, flags: WeightsFlags): Promise<number> {
  const path = resolve(session.io.cwd, portfolioFile)
  const portfolio = await readPortfolio(path)
  const loaded = await session.providers({ spends: false })
  const folder = folderOf(session, loaded, flags)
  const keepings: Keeping[] = []
  for (const model of wanted(loaded, portfolio.models, flags)) {
    const keeping = await keepOne(session, loaded, model, folder)
    keepings.push(keeping)
    if ('custody' in keeping)
      await updatePortfolio(path, portfolio.subject, (current) => addModel(current, keeping.custody.model))
  }
  const kept = keepings.flatMap((keeping) => ('custody' in keeping ? keeping.custody : []))
  const errors = keepings.flatMap((keeping) => ('error' in keeping ? keeping.error : []))
  // What a vendor never lets go of is no failure of those that were kept.
  const isFailure = ({ kind }: LikenessError) => kept.length === 0 || kind !== 'unsupported'
  const [failed] = errors.filter(isFailure)
  for (const error of errors) {
    if (isFailure(error)) session.report(error)
    else session.note(`note: ${error.message}`)
  }
  session.print(
    {
      portfolio: path,
      weights: keepings.map((keeping) =>
        'custody' in keeping
          ? { ...keeping.custody.kept, path: keeping.custody.path }
          : { provider: keeping.model.provider, model: keeping.model.id, error: serializeError(keeping.error) },
      ),
    },
    table(
      kept.map(({ kept: { provider, base, rank, bytes }, path: file }) => [
        provider,
        base,
        rank === undefined ? '' : `rank ${rank}`,
        `${bytes} bytes`,
        shortPath(session, file),
      ]),
    ),
  )
  return failed === undefined ? exitCodes.ok : exitCodeOf(failed)
}

const intact = ({ state }: VerifiedWeights) => state === 'intact'

async function verify(session: Session, flags: WeightsFlags): Promise<number> {
  const { verifyWeights } = await import('@likeness/router')
  const folder = folderOf(session, await session.providers({ spends: false }), flags)
  const weights = await verifyWeights(folder)
  if (weights.length === 0) session.note(`no weights in ${folder}`)
  const rows = weights.map(({ name, state, kept, detail }) => [
    state,
    kept?.provider ?? '',
    kept?.subject.name ?? kept?.subject.className ?? '',
    name,
    detail ?? '',
  ])
  session.print({ folder, weights }, table(rows))
  return weights.every(intact) ? exitCodes.ok : exitCodes.failed
}

export function addWeights(program: Command, run: Run): void {
  const weights = program
    .command('weights')
    .summary('keep trained weights yourself, and check them')
    .description('Keeps the weights of models where the vendor lets them go, and checks what is kept.')
  const keeping = weights
    .command('keep')
    .description(
      'Downloads the weights of the models in a portfolio, and notes hash, base, rank, trigger and licence beside them. Models whose weights cannot leave their vendor are told.',
    )
    .argument('<portfolio>', 'portfolio file')
    .option('--provider <names>', 'only of these providers, with commas', list)
    .option('--model <id>', 'only this model')
    .option('--folder <folder>', 'where to keep them (default: weights beside the job files)')
    .action((portfolio: string, flags: WeightsFlags) => run(flags, (session) => keep(session, portfolio, flags)))
  withCommonFlags(keeping)
  withExamples(keeping, 'weights keep alex.portfolio.json')
  const verifying = weights
    .command('verify')
    .description('Reads all that is kept and compares it with its hash. Exit code 4 when something is not as it was.')
    .option('--folder <folder>', 'where they are kept (default: weights beside the job files)')
    .action((flags: WeightsFlags) => run(flags, (session) => verify(session, flags)))
  withCommonFlags(verifying)
  withExamples(verifying, 'weights verify --json')
  withExamples(weights, 'weights keep alex.portfolio.json', 'weights verify --json')
}
