import { custodyDefects } from './custody.js'
import type { Defect } from './defect.js'
import { identityDefects } from './identity.js'
import { jobDefects } from './jobs.js'
import { moneyDefects } from './money.js'
import { previewDefects } from './preview.js'
import { silenceDefects } from './silence.js'
import { trustDefects } from './trust.js'

export type { Defect }

/** Adapters with one defect each, by what is wrong with them. */
export const defects: Readonly<Record<string, Defect>> = {
  ...moneyDefects,
  ...identityDefects,
  ...silenceDefects,
  ...trustDefects,
  ...jobDefects,
  ...previewDefects,
  ...custodyDefects,
}
