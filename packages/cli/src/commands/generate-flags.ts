import type { GenerateInput, JsonObject, OnUnknown } from '@likeness/core'
import { type Command, Option } from 'commander'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { dollars, entry, list, number, vendorOption } from '../flags/parse.js'
import type { Io } from '../io.js'
import type { CommonFlags } from '../session.js'

/** Flags that say which pictures to make, and where. */
export interface GenerateFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly n?: number
  readonly size?: string
  readonly aspectRatio?: string
  readonly seed?: number
  readonly format?: 'jpeg' | 'png' | 'webp'
  readonly strength?: number
  readonly negativePrompt?: string
  readonly steps?: number
  readonly guidance?: number
  readonly image?: string
  readonly mask?: string
  readonly imageStrength?: number
  readonly option?: Readonly<Record<string, JsonObject>>
  readonly webhookUrl?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  readonly strict?: boolean
  readonly onUnknown?: OnUnknown
  readonly maxCost?: number
}

/** The request that the flags make. */
export function generateInput(io: Pick<Io, 'cwd'>, prompt: string, flags: GenerateFlags): GenerateInput {
  return defined({
    prompt,
    n: flags.n,
    size: flags.size,
    aspectRatio: flags.aspectRatio,
    seed: flags.seed,
    format: flags.format,
    strength: flags.strength,
    negativePrompt: flags.negativePrompt,
    steps: flags.steps,
    guidanceScale: flags.guidance,
    image: flags.image === undefined ? undefined : inputPath(io, flags.image),
    mask: flags.mask === undefined ? undefined : inputPath(io, flags.mask),
    imageStrength: flags.imageStrength,
    providerOptions: flags.option,
    webhookUrl: flags.webhookUrl,
    tags: flags.tag,
    idempotencyKey: flags.idempotencyKey,
    onUnsupported: flags.strict ? ('error' as const) : undefined,
  })
}

/** What to do when the answer to a paid request is lost. */
export function onUnknownOption(): Option {
  return new Option('--on-unknown <policy>', 'when the answer to the submit is lost').choices([
    'fail',
    'resend',
    'fallback',
  ])
}

/** Adds the arguments and flags of a generation. */
export function withGenerateFlags(command: Command): Command {
  return command
    .argument('<portfolio>', 'portfolio file that `likeness train` wrote')
    .argument('<prompt>', 'what to show, e.g. "an oil painting of {subject}"')
    .option('--provider <names>', 'where: names of providers and routers from the config, with commas; or all', list)
    .option('-n, --n <count>', 'how many pictures', number)
    .option('--size <WxH>', 'in pixels, e.g. 1024x768')
    .option('--aspect-ratio <W:H>', 'e.g. 16:9, instead of --size')
    .option('--seed <number>', 'same seed, same picture', number)
    .addOption(new Option('--format <type>', 'file type').choices(['jpeg', 'png', 'webp']))
    .option('--strength <factor>', 'of the fine-tune; 1 is as trained', number)
    .option('--negative-prompt <text>', 'what not to show')
    .option('--steps <count>', 'sampling steps', number)
    .option('--guidance <scale>', 'how closely to follow the prompt', number)
    .option('--image <file>', 'picture to start from')
    .option('--mask <file>', 'white where --image may change')
    .option('--image-strength <share>', 'how far to go from --image, 0 to 1', number)
    .option('--option <provider.name=value>', 'an option that one vendor alone has; repeatable', vendorOption)
    .option('--webhook-url <url>', 'where the vendor reports the end')
    .option('--tag <key=value>', 'label of your own, for budgets and the ledger; repeatable', entry)
    .option('--idempotency-key <key>', 'one logical request has one key (default: random)')
    .option('--strict', 'refuse what a provider does not support, instead of warning')
    .addOption(onUnknownOption())
    .option('--max-cost <dollars>', 'refuse to spend more than this', dollars)
}
