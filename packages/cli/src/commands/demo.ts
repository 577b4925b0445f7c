import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatCost, formatDuration, type ReportData } from '@likeness/compare'
import { type Subject, type SubjectKind, subjectKinds } from '@likeness/core'
import { type Command, Option } from 'commander'
import { exitCodes } from '../exit-code.js'
import { inputPath } from '../flags/input-path.js'
import { number } from '../flags/parse.js'
import { runDemo } from '../jobs/demo.js'
import type { LoadedProviders } from '../load-providers.js'
import { adapters } from '../providers.js'
import type { CommonFlags, Session } from '../session.js'
import { table } from '../table.js'
import { type Run, withCommonFlags, withExamples } from './run.js'

interface DemoFlags extends CommonFlags {
  readonly photos?: readonly string[]
  readonly subject: string
  readonly kind?: SubjectKind
  readonly name?: string
  readonly prompt?: readonly string[]
  readonly size: string
  readonly seed: number
  readonly out: string
}

const ownPhotos = fileURLToPath(new URL('../../../../examples/photos', import.meta.url))

const ownSubject: Subject = { className: 'robot', kind: 'product', name: 'Pip' }

function givenSubject({ subject, kind, name }: DemoFlags): Subject {
  return { className: subject, name: name ?? subject, ...(kind !== undefined && { kind }) }
}

const ownPrompts = [
  'a watercolor of {subject} on a beach at sunset',
  'a pencil sketch of {subject} in a workshop',
  'a cinematic photo of {subject} in a neon-lit street at night',
  'a vintage postcard of {subject} in the snow',
]

/** Every adapter, pointed at emulated vendors that listen on this machine. */
async function emulatedProviders(session: Session) {
  const { createEmulator } = await import('@likeness/emulator')
  const emulator = createEmulator({ onError: (error) => session.report(error) })
  const endpoints: Readonly<Record<string, unknown>> = { ...(await emulator.listen()) }
  const { clock } = session.io
  const providers = await Promise.all(
    Object.entries(adapters).map(([name, { create, emulated }]) =>
      create({ ...emulated(endpoints[name] as Readonly<Record<string, string>>), clock }),
    ),
  )
  return { providers, close: () => emulator.close() }
}

/** The demo has its own providers, whatever config lies about. */
function withoutConfig(session: Session): Session {
  const loaded: LoadedProviders = {
    path: undefined,
    entries: [],
    defaults: [],
    emulated: true,
    ephemeral: true,
    output: undefined,
    jobs: undefined,
    get: () => Promise.reject(new Error('unreachable: the demo has its own providers')),
    close: async () => {},
  }
  return { ...session, providers: async () => loaded }
}

function summary({ providers, trainings, pictures }: ReportData): string {
  const rows = providers.map((provider) => {
    const training = trainings.find((one) => one.provider === provider)
    const made = pictures.filter((picture) => picture.provider === provider && picture.image !== undefined)
    const trained =
      training?.durationMs === undefined
        ? 'not trained'
        : `trained in ${formatDuration(training.durationMs)} for ${formatCost(training.cost, training.estimate)}`
    const [first] = made
    const each = first === undefined ? '' : ` at ${formatCost(first.cost, first.estimate)}`
    return [provider, trained, `${made.length} pictures${each}`]
  })
  return table(rows)
}

async function work(session: Session, flags: DemoFlags): Promise<number> {
  const output = resolve(session.io.cwd, flags.out)
  const photos =
    flags.photos === undefined ? [`${ownPhotos}/*.jpg`] : flags.photos.map((photo) => inputPath(session.io, photo))
  session.note('Three emulated vendors; nothing is charged.')
  const { providers, close } = await emulatedProviders(session)
  try {
    const { path, data } = await runDemo(withoutConfig({ ...session, io: { ...session.io, cwd: output } }), {
      providers,
      subject: flags.photos === undefined ? ownSubject : givenSubject(flags),
      photos,
      prompts: flags.prompt ?? ownPrompts,
      size: flags.size,
      seed: flags.seed,
      output,
    })
    const errors = [...data.trainings, ...data.pictures].flatMap(({ provider, error }) =>
      error === undefined ? [] : [{ provider, error }],
    )
    for (const { provider, error } of errors) session.note(`${provider}: ${error.message}`)
    session.print({ report: path, errors }, `${summary(data)}\nReport: ${path}\n`)
    return errors.length === 0 ? exitCodes.ok : exitCodes.failed
  } finally {
    await close()
  }
}

export function addDemo(program: Command, run: Run): void {
  const command = program
    .command('demo')
    .summary('train and compare on emulated vendors, and write a report')
    .description(
      'Trains a subject at three emulated vendors, sends the same prompts to each, and writes a page that shows the pictures side by side with cost and time. Needs no key, costs nothing.',
    )
    .option('--photos <photos...>', 'files, folders or globs (default: Pip, a toy robot)')
    .option('--subject <class>', 'class name of your photos, in English, singular', 'thing')
    .addOption(new Option('--kind <kind>', 'what sort of thing it is').choices(subjectKinds))
    .option('--name <name>', 'your own name of the subject')
    .option('--prompt <prompts...>', 'prompts with {subject} (default: four)')
    .option('--size <size>', 'width and height of the pictures', '1024x1024')
    .option('--seed <seed>', 'seed of the pictures', number, 7)
    .option('--out <folder>', 'folder for the report and the pictures', 'demo')
    .action((flags: DemoFlags) => run(flags, (session) => work(session, flags)))
  withCommonFlags(command, true)
  withExamples(command, 'demo', 'demo --photos ./photos --subject dog')
}
