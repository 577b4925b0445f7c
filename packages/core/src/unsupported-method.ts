import { LikenessError } from './error.js'

/**
 * A method for what a vendor does not offer: `cancel: unsupported('astria', 'fine-tune.cancel')`. It rejects and sends
 * nothing.
 *
 * @param why what is known of the reason, as a sentence
 */
export function unsupported(
  provider: string,
  operation: string,
  why?: string,
): (...values: readonly unknown[]) => Promise<never> {
  return () =>
    Promise.reject(
      new LikenessError({
        kind: 'unsupported',
        provider,
        operation,
        message: `${provider}: ${operation} is not something this vendor offers`,
        hint: why,
      }),
    )
}
