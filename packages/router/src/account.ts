import type { Account, Provider } from '@likeness/core'

/** The accounts of all members. Their balances are different money: one is told only where there is one account. */
export function joinAccounts(members: readonly Provider[]): Account | undefined {
  const all = members.flatMap((member) => member.account ?? [])
  if (all.length === 0) return undefined
  return {
    async check(options) {
      const statuses = await Promise.all(all.map((account) => account.check(options)))
      return statuses.length === 1 ? (statuses[0] ?? {}) : {}
    },
  }
}
