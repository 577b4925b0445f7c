import type { ReceivedRequest } from '../core/vendor.js'
import type { Action } from './routes.js'

/** Parameters come from the path. */
export type Handler = (
  request: ReceivedRequest,
  parameters: Readonly<Record<string, string>>,
) => Promise<Response> | Response

export type Handlers<Some extends Action> = Readonly<Record<Some, Handler>>
