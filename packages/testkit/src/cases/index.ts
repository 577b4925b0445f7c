import type { ConformanceCase } from '../case.js'
import { abortCases } from './abort.js'
import { adoptCases } from './adopt.js'
import { billingCases } from './billing.js'
import { custodyCases } from './custody.js'
import { downloadCases } from './downloads.js'
import { neverStuckCases, resumeCases } from './endings.js'
import { errorCases } from './errors.js'
import { everydayCases } from './everyday.js'
import { fineTuneCases } from './fine-tune.js'
import { fineTuneJobCases } from './fine-tune-jobs.js'
import { generateCases } from './generate.js'
import { generateJobCases } from './generate-jobs.js'
import { identityCases } from './identity.js'
import { isolationCases } from './isolation.js'
import { parameterCases } from './parameters.js'
import { previewCases } from './preview.js'
import { shapeCases } from './shape.js'
import { sizeCases } from './sizes.js'
import { uploadCases } from './uploads.js'
import { webhookCases } from './webhooks.js'
import { wireCases } from './wire.js'

/** The whole suite, in the order in which it is reported. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...shapeCases,
  ...everydayCases,
  ...fineTuneCases,
  ...uploadCases,
  ...fineTuneJobCases,
  ...generateCases,
  ...generateJobCases,
  ...parameterCases,
  ...sizeCases,
  ...previewCases,
  ...identityCases,
  ...adoptCases,
  ...custodyCases,
  ...billingCases,
  ...errorCases,
  ...abortCases,
  ...isolationCases,
  ...webhookCases,
  ...neverStuckCases,
  ...resumeCases,
  ...downloadCases,
  ...wireCases,
]
