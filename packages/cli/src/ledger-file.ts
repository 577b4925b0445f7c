import { dirname, extname, join, resolve } from 'node:path'
import type { ParsedConfig } from './config/schema.js'
import type { EmulatorChoice } from './emulation.js'

const usual = join('.likeness', 'ledger.jsonl')

/** A config as far as the ledger goes, and where it stands. */
export interface LedgerPlace {
  readonly config: Pick<ParsedConfig, 'ledger' | 'budgets' | 'jobs'>
  /** The config file; `undefined` where there is none. */
  readonly path: string | undefined
  readonly cwd: string
  readonly emulator: EmulatorChoice['type']
}

function realPath({ config, path, cwd }: LedgerPlace): string {
  const { ledger, budgets = [], jobs } = config
  if (path === undefined) return resolve(cwd, usual)
  const folder = dirname(path)
  if (ledger !== undefined) return resolve(folder, ledger)
  // A budget that began anew in every folder would be none.
  if (budgets.length > 0) return resolve(folder, usual)
  return jobs === undefined ? resolve(cwd, usual) : resolve(folder, jobs, '..', 'ledger.jsonl')
}

/**
 * The ledger's file. Money and play money never mix: what an emulator bills goes to a file of its own, and to none where
 * that emulator ends with the process.
 */
export function ledgerPath(place: LedgerPlace): string | undefined {
  const path = realPath(place)
  switch (place.emulator) {
    case 'none':
      return path
    case 'running': {
      const extension = extname(path)
      return `${path.slice(0, path.length - extension.length)}.emulated${extension}`
    }
    case 'own':
      return undefined
  }
}
