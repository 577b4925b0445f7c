import {
  type FineTuneInput,
  type JsonObject,
  type OnUnknown,
  type Subject,
  type SubjectKind,
  subjectKinds,
} from '@likeness/core'
import { type Command, Option } from 'commander'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { dollars, entry, list, number, vendorOption } from '../flags/parse.js'
import type { Io } from '../io.js'
import type { CommonFlags } from '../session.js'
import { onUnknownOption } from './generate-flags.js'

/** Flags that say what to train, and where. */
export interface TrainFlags extends CommonFlags {
  readonly subject: string
  readonly mode?: 'live' | 'mock'
  readonly kind?: SubjectKind
  readonly name?: string
  readonly provider?: readonly string[]
  readonly base?: string
  readonly trigger?: string
  readonly steps?: number
  readonly learningRate?: number
  readonly rank?: number
  readonly option?: Readonly<Record<string, JsonObject>>
  readonly webhookUrl?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  readonly strict?: boolean
  readonly onUnknown?: OnUnknown
  readonly portfolio?: string
  readonly timeout?: number
  readonly yes?: boolean
  readonly maxCost?: number
}

/** The request that the flags make. */
export function trainInput(
  io: Pick<Io, 'cwd'>,
  photos: readonly string[],
  flags: TrainFlags,
): Omit<FineTuneInput, 'subject'> & { readonly subject: Subject } {
  return defined({
    subject: defined({ className: flags.subject, kind: flags.kind, name: flags.name }),
    images: photos.map((photo) => inputPath(io, photo)),
    base: flags.base,
    trigger: flags.trigger,
    steps: flags.steps,
    learningRate: flags.learningRate,
    rank: flags.rank,
    mode: flags.mode,
    providerOptions: flags.option,
    webhookUrl: flags.webhookUrl,
    tags: flags.tag,
    idempotencyKey: flags.idempotencyKey,
    onUnsupported: flags.strict ? ('error' as const) : undefined,
  })
}

/** The free rehearsal. */
export function mockOption(): Option {
  return new Option('--mode <mode>', 'mock: the free rehearsal, where the vendor has one').choices(['live', 'mock'])
}

/** Adds the arguments and flags of a training. */
export function withTrainFlags(command: Command): Command {
  return command
    .argument('<photos...>', 'files, folders, globs or URLs')
    .requiredOption('--subject <class>', 'class name in English, singular: man, dog, sneaker')
    .addOption(new Option('--kind <kind>', 'what sort of thing it is').choices(subjectKinds))
    .option('--name <name>', 'your own name of the subject; names the portfolio file')
    .option('--provider <names>', 'where: names of providers and routers from the config, with commas; or all', list)
    .option('--base <model>', 'base model, e.g. flux-1-dev')
    .option('--trigger <word>', 'word that stands for the subject in prompts')
    .option('--steps <count>', 'training steps', number)
    .option('--learning-rate <rate>', 'learning rate', number)
    .option('--rank <rank>', 'rank of the LoRA', number)
    .option('--option <provider.name=value>', 'an option that one vendor alone has; repeatable', vendorOption)
    .option('--webhook-url <url>', 'where the vendor reports the end')
    .option('--tag <key=value>', 'label of your own, for budgets and the ledger; repeatable', entry)
    .option('--idempotency-key <key>', 'one logical request has one key (default: random)')
    .option('--strict', 'refuse what a provider does not support, instead of warning')
    .addOption(onUnknownOption())
    .option('--max-cost <dollars>', 'refuse to spend more than this', dollars)
}
