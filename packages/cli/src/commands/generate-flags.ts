import type { GenerateInput } from '@likeness/core'
import { type Command, Option } from 'commander'
import { defined } from '../flags/defined.js'
import { inputPath } from '../flags/input-path.js'
import { list, number } from '../flags/parse.js'
import type { Io } from '../io.js'
import { type RequestFlags, sharedInput, withRequestFlags } from './request-flags.js'

/** Flags that say which pictures to make, and where. */
export interface GenerateFlags extends RequestFlags {
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
    ...sharedInput(flags),
  })
}

/** Adds the arguments and flags of a generation. */
export function withGenerateFlags(command: Command): Command {
  const own = command
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
  return withRequestFlags(own)
}
