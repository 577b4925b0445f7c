import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import { Prompts } from './generation.js'
import type { Action } from './routes.js'
import type { AstriaSettings } from './settings.js'
import { Tunes } from './training.js'
import { Callbacks } from './webhooks.js'

/** All that one account holds. */
export interface Account {
  readonly context: VendorContext<AstriaSettings>
  readonly tunes: Tunes
  readonly prompts: Prompts
  readonly callbacks: Callbacks
}

/** Parameters come from the path. */
export type Handler = (
  request: ReceivedRequest,
  parameters: Readonly<Record<string, string>>,
) => Promise<Response> | Response

export type Handlers<Some extends Action> = Readonly<Record<Some, Handler>>

export function createAccount(context: VendorContext<AstriaSettings>): Account {
  const callbacks = new Callbacks(context)
  const tunes = new Tunes(context, callbacks)
  const prompts = new Prompts(context, callbacks)
  tunes.onSettled = () => prompts.tuneSettled()
  return { context, tunes, prompts, callbacks }
}
