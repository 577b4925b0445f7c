import type { Provider } from '@likeness/core'
import type { Router } from './types.js'

/** Whether a provider is a router, which explains itself and tells what it does. */
export function isRouter(provider: Provider): provider is Router {
  return 'explain' in provider && 'subscribe' in provider
}
