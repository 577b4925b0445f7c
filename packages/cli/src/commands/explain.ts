import { resolve } from 'node:path'
import type { Explanation, Router } from '@likeness/router'
import type { Command } from 'commander'
import { exitCodes } from '../exit-code.js'
import { readPortfolio } from '../files/portfolio-file.js'
import { selectProviders } from '../jobs/select-providers.js'
import type { Session } from '../session.js'
import { type GenerateFlags, generateInput, withGenerateFlags } from './generate-flags.js'
import { type Run, withCommonFlags, withExamples } from './run.js'
import { mockOption, type TrainFlags, trainInput, withTrainFlags } from './train-flags.js'

interface BodyFlag {
  readonly body?: boolean
}

async function explain(
  session: Session,
  named: readonly string[] | undefined,
  body: boolean | undefined,
  ask: (router: Router) => Promise<Explanation>,
): Promise<number> {
  const { explanationText } = await import('../jobs/explanation-text.js')
  const loaded = await session.providers({ spends: false })
  const usual = loaded.defaults.length > 0 ? loaded.defaults : ['all']
  const routers = await selectProviders(loaded, named ?? usual)
  const explanations = await Promise.all(
    routers.map(async (router) => ({ provider: router.id, explanation: await ask(router) })),
  )
  session.print(
    { explanations: explanations.map(({ provider, explanation }) => ({ provider, ...explanation })) },
    explanations.map(({ provider, explanation }) => explanationText(provider, explanation, body === true)).join('\n'),
  )
  return explanations.every(({ explanation }) => explanation.order.length > 0) ? exitCodes.ok : exitCodes.usage
}

async function generation(session: Session, file: string, prompt: string, flags: GenerateFlags & BodyFlag) {
  const portfolio = await readPortfolio(resolve(session.io.cwd, file))
  const input = generateInput(session.io, prompt, flags)
  return explain(session, flags.provider, flags.body, (router) => router.explain({ ...input, portfolio }))
}

async function training(session: Session, photos: readonly string[], flags: TrainFlags & BodyFlag) {
  const input = trainInput(session.io, photos, flags)
  return explain(session, flags.provider, flags.body, (router) => router.explainFineTune(input))
}

const bodyHelp = 'print each request as it would go out, keys masked'

export function addExplain(program: Command, run: Run): void {
  const command = withGenerateFlags(program.command('explain'))
    .summary('what generate would do, without doing it')
    .description(
      'Says for each target of a router, or for each provider, whether it would be asked for these pictures, with which model and at what price, or why not, and in which order. Sends nothing and needs no key. Exit code 2 when nobody would be asked.',
    )
    .option('--body', bodyHelp)
    .action((portfolio: string, prompt: string, flags: GenerateFlags & BodyFlag) =>
      run(flags, (session) => generation(session, portfolio, prompt, flags)),
    )
  withCommonFlags(command)
  withExamples(
    command,
    'explain alex.portfolio.json "an oil painting of {subject}" --provider best -n 4',
    'explain alex.portfolio.json "{subject} on the moon" --provider fal --body',
  )
}

export function addExplainTrain(program: Command, run: Run): void {
  const command = withTrainFlags(program.command('explain-train'))
    .addOption(mockOption())
    .summary('what train would do, without doing it')
    .description(
      'Says for each target of a router, or for each provider, whether it would be asked for this training, at what price, or why not, and in which order. Sends nothing and needs no key. Exit code 2 when nobody would be asked.',
    )
    .option('--body', bodyHelp)
    .action((photos: string[], flags: TrainFlags & BodyFlag) =>
      run(flags, (session) => training(session, photos, flags)),
    )
  withCommonFlags(command)
  withExamples(command, 'explain-train ./photos --subject man --provider best --body')
}
