import { type FineTuneInput, type Subject, type SubjectKind, subjectKinds } from '@likeness/core'
import { type Command, Option } from 'commander'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { list, number } from '../flags/parse.js'
import type { Io } from '../io.js'
import { type RequestFlags, sharedInput, withRequestFlags } from './request-flags.js'

/** Flags that say what to train, and where. */
export interface TrainFlags extends RequestFlags {
  readonly subject: string
  readonly mode?: 'live' | 'mock'
  readonly kind?: SubjectKind
  readonly name?: string
  readonly base?: string
  readonly trigger?: string
  readonly steps?: number
  readonly learningRate?: number
  readonly rank?: number
  readonly portfolio?: string
  readonly timeout?: number
  readonly yes?: boolean
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
    ...sharedInput(flags),
  })
}

/** The free rehearsal. */
export function mockOption(): Option {
  return new Option('--mode <mode>', 'mock: the free rehearsal, where the vendor has one').choices(['live', 'mock'])
}

/** Adds the arguments and flags of a training. */
export function withTrainFlags(command: Command): Command {
  const own = command
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
  return withRequestFlags(own)
}
