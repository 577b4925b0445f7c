import type { FineTuneInput, GenerateInput, JsonObject, OnUnknown } from '@likeness/core'
import { type Command, Option } from 'commander'
import { dollars, entry, vendorOption } from '../flags/parse.js'
import type { CommonFlags } from '../session.js'

/** Flags of every paid request, whatever it is for. */
export interface RequestFlags extends CommonFlags {
  readonly provider?: readonly string[]
  readonly option?: Readonly<Record<string, JsonObject>>
  readonly webhookUrl?: string
  readonly tag?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
  readonly strict?: boolean
  readonly onUnknown?: OnUnknown
  readonly maxCost?: number
}

/** Parameters that trainings and generations share. */
type SharedInput = Pick<
  FineTuneInput & GenerateInput,
  'providerOptions' | 'webhookUrl' | 'tags' | 'idempotencyKey' | 'onUnsupported'
>

/** What these flags put into a request, whichever it is. */
export function sharedInput(flags: RequestFlags): {
  readonly [Name in keyof SharedInput]: SharedInput[Name] | undefined
} {
  return {
    providerOptions: flags.option,
    webhookUrl: flags.webhookUrl,
    tags: flags.tag,
    idempotencyKey: flags.idempotencyKey,
    onUnsupported: flags.strict ? ('error' as const) : undefined,
  }
}

/** Adds the flags of every paid request below those of its own kind, among which `--provider` has its place. */
export function withRequestFlags(command: Command): Command {
  return command
    .option('--option <provider.name=value>', 'an option that one vendor alone has; repeatable', vendorOption)
    .option('--webhook-url <url>', 'where the vendor reports the end')
    .option('--tag <key=value>', 'label of your own, for budgets and the ledger; repeatable', entry)
    .option('--idempotency-key <key>', 'one logical request has one key (default: random)')
    .option('--strict', 'refuse what a provider does not support, instead of warning')
    .addOption(
      new Option('--on-unknown <policy>', 'when the answer to the submit is lost').choices([
        'fail',
        'resend',
        'fallback',
      ]),
    )
    .option('--max-cost <dollars>', 'refuse to spend more than this', dollars)
}
