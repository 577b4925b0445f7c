import { json } from '../core/responses.js'
import type { ReceivedRequest, VendorContext } from '../core/vendor.js'
import { resultResponse } from './entities.js'
import { concurrencyLimit, locked } from './errors.js'
import type { FalFiles } from './files.js'
import type { Queue } from './queue.js'
import { isLocked, readOptions } from './routes.js'
import type { FalSettings } from './settings.js'
import { outputStream } from './status-stream.js'
import { toWork } from './work.js'

/** How often a direct call looks whether it is done. */
const lookEvery = 50

/** fal.run: the same work, answered directly. Not queued beyond the account's concurrency; cancelled on disconnect. */
export async function handleRun(
  request: ReceivedRequest,
  path: string,
  queue: Queue,
  context: VendorContext<FalSettings>,
  files: FalFiles,
): Promise<Response> {
  if (request.method !== 'POST') return json({ detail: 'Method Not Allowed' }, 405, { allow: 'POST' })
  if (isLocked(context)) return locked()
  const streamed = path.endsWith('/stream')
  const work = toWork(streamed ? path.slice(0, -'/stream'.length) : path, request.body, context, files)
  if (work instanceof Response) return work
  if (queue.running >= context.settings.maxConcurrent) return concurrencyLimit()
  const options = readOptions(request)
  if (options instanceof Response) return options
  const job = queue.submit(work, options)
  request.accept(job.id)
  while (job.state !== 'COMPLETED') {
    if (request.signal.aborted) {
      await queue.cancel(job)
      break
    }
    await context.clock.sleep(lookEvery)
  }
  return streamed && job.failure === undefined ? outputStream(job.output?.body) : resultResponse(job)
}
