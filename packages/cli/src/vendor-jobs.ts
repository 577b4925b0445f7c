import type { JobHandle } from '@likeness/core'
import { jobHandleSchema } from '@likeness/core/schemas'
import * as z from 'zod'

const partsSchema = z.object({ parts: z.array(z.object({ handle: jobHandleSchema })).min(1) })

/** The jobs at vendors that a handle names: a router's handle holds those of its parts. */
export function vendorJobs(handle: JobHandle): JobHandle[] {
  const { data } = partsSchema.safeParse(handle.data)
  return data === undefined ? [handle] : data.parts.flatMap((part) => vendorJobs(part.handle))
}
