import { LikenessError, type Provider, type Webhooks } from '@likeness/core'

/** Callbacks of all members under the router's name: whoever can prove one, does. */
export function joinWebhooks(id: string, members: readonly Provider[]): Webhooks | undefined {
  const all = members.flatMap((member) => member.webhooks ?? [])
  if (all.length === 0) return undefined
  return {
    async verify(request) {
      const refusals: LikenessError[] = []
      for (const webhooks of all) {
        try {
          return { ...(await webhooks.verify(request)), provider: id }
        } catch (error) {
          if (!LikenessError.is(error)) throw error
          refusals.push(error)
        }
      }
      // What one of them could read and found forged says more than that others could not read it.
      throw refusals.find(({ kind }) => kind === 'authentication') ?? refusals[0] ?? new TypeError('nobody was asked')
    },
  }
}
