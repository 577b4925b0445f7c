import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReportData } from '@likeness/compare'
import { type Subject, type SubjectKind, subjectKinds } from '@likeness/core'
import type { VendorControl } from '@likeness/emulator'
import { type Command, Option } from 'commander'
import type { ParsedRouter } from '../config/schema.js'
import { exitCodes } from '../exit-code.js'
import { inputPath } from '../flags/input-path.js'
import { number } from '../flags/parse.js'
import { totalLine } from '../jobs/ledger-tables.js'
import type { LoadedProviders } from '../load-providers.js'
import { createRouters, type RoutedProviders } from '../make-routers.js'
import { providerEntry, routerEntry, withoutConfig } from '../provider-entries.js'
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

/** Whom the router asks, in this order. The first breaks. */
const order = ['fal', 'astria', 'segmind'] as const

/** Sent through the router, while the vendor that it prefers breaks. */
const routedPrompts = [
  'a studio portrait of {subject}',
  'an oil painting of {subject} in a garden',
  'a chalk drawing of {subject} on a blackboard',
]

/** The router of the demo, and the order in which it asks. */
const routerName = 'best'

/** Every adapter, pointed at emulated vendors that listen on this machine, and a router over all of them. */
async function emulatedVendors(session: Session) {
  const { createEmulator } = await import('@likeness/emulator')
  const emulator = createEmulator({ onError: (error) => session.report(error) })
  const endpoints: Readonly<Record<string, unknown>> = { ...(await emulator.listen()) }
  const { clock } = session.io
  const made = new Map(
    await Promise.all(
      Object.entries(adapters).map(
        async ([name, { create, emulated }]) =>
          [name, await create({ ...emulated(endpoints[name] as Readonly<Record<string, string>>), clock })] as const,
      ),
    ),
  )
  const targets = order.map((provider) => ({ provider }))
  const router: ParsedRouter = { target: { strategy: { mode: 'fallback' }, targets } }
  const routed = await createRouters({
    config: { providers: withoutConfig, routers: { [routerName]: router } },
    entries: Object.entries(withoutConfig).map(([name, entry]) => providerEntry(name, entry)),
    routers: [routerEntry(routerName, router)],
    env: {},
    adapter: (name) => {
      const provider = made.get(name)
      return provider === undefined
        ? Promise.reject(new Error(`unreachable: no vendor ${name}`))
        : Promise.resolve(provider)
    },
    clock,
    run: 'demo',
    budgets: [],
    ledgerPath: undefined,
    onWarning: (message) => session.note(message),
  })
  return { emulator, routed }
}

/** From now on the vendor answers that it cannot serve anybody. */
function breakDown(vendor: VendorControl): void {
  vendor.fault({ times: Number.MAX_SAFE_INTEGER, fault: { type: 'unavailable' } })
}

/** The demo has its own providers, whatever config lies about. */
function withoutAnyConfig(session: Session, routed: RoutedProviders): Session {
  const loaded: LoadedProviders = {
    path: undefined,
    entries: [],
    routers: [],
    defaults: [],
    emulated: true,
    ephemeral: true,
    output: undefined,
    jobs: undefined,
    run: 'demo',
    ledgerPath: undefined,
    get: (name = routerName) => routed.get(name),
    adapter: () => Promise.reject(new Error('unreachable: the demo has its own providers')),
    ledger: async () => routed.ledger,
    close: async () => {},
  }
  return { ...session, providers: async () => loaded }
}

function fallbackDocument({ fallback }: ReportData): object | undefined {
  if (fallback === undefined) return undefined
  const { broken, prompts, pictures } = fallback
  return {
    broken,
    requests: pictures.map(({ provider, prompt, image, trail }) => ({
      prompt: prompts[prompt],
      ...(image && { madeBy: provider }),
      trail,
    })),
  }
}

function fallbackSummary({ fallback }: ReportData): string {
  if (fallback === undefined) return ''
  const rows = fallback.pictures.map(({ provider, prompt, image, trail }) => [
    '',
    fallback.prompts[prompt] ?? '',
    image === undefined ? 'no picture' : `made by ${provider}`,
    trail.map(({ target, outcome }) => `${target} ${outcome}`).join(', then '),
  ])
  const broken = `${fallback.broken} breaks down after the first of ${fallback.prompts.length} prompts to the router:`
  return `\n${broken}\n${table(rows)}`
}

async function summary({ providers, trainings, pictures }: ReportData): Promise<string> {
  const { formatCost, formatDuration } = await import('@likeness/compare')
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
  const { runDemo } = await import('../jobs/demo.js')
  const { emulator, routed } = await emulatedVendors(session)
  try {
    const { path, data } = await runDemo(withoutAnyConfig({ ...session, io: { ...session.io, cwd: output } }, routed), {
      providers: await Promise.all(Object.keys(adapters).map((name) => routed.get(name))),
      router: await routed.get(routerName),
      preferred: order[0],
      breakPreferred: () => breakDown(emulator.vendors[order[0]]),
      subject: flags.photos === undefined ? ownSubject : givenSubject(flags),
      photos,
      prompts: flags.prompt ?? ownPrompts,
      routedPrompts,
      size: flags.size,
      seed: flags.seed,
      output,
    })
    const routedPictures = data.fallback?.pictures ?? []
    const errors = [...data.trainings, ...data.pictures, ...routedPictures].flatMap(({ provider, error }) =>
      error === undefined ? [] : [{ provider, error }],
    )
    for (const { provider, error } of errors) session.note(`${provider}: ${error.message}`)
    const { ledgerTotals } = await import('@likeness/router')
    const ledger = totalLine(ledgerTotals(routed.ledger.entries(), 'provider')).replace('total', 'Ledger')
    const text = `${await summary(data)}${fallbackSummary(data)}\n${ledger}\nReport: ${path}\n`
    session.print({ report: path, errors, fallback: fallbackDocument(data) }, text)
    return errors.length === 0 ? exitCodes.ok : exitCodes.failed
  } finally {
    await emulator.close()
  }
}

export function addDemo(program: Command, run: Run): void {
  const command = program
    .command('demo')
    .summary('train and compare on emulated vendors, and write a report')
    .description(
      'Trains a subject at three emulated vendors, sends the same prompts to each, then breaks one of them while a router uses it. Writes a page that shows the pictures side by side with cost and time, and who stood in. Needs no key, costs nothing.',
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
