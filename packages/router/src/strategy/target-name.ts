import type { Target } from './types.js'

/** The name of a target in trails and conditions; a group may have none. */
export function targetName(target: Target): string | undefined {
  return 'provider' in target ? (target.name ?? target.provider) : target.name
}
