import { costOf, LikenessError, type NanoUSD, type UnsuccessfulStatus } from '@likeness/core'
import * as z from 'zod'

/** What the vendor says of a job; only what is used, and anything may be missing. */
export const jobSchema = z.looseObject({
  id: z.string(),
  state: z.string().nullish(),
  created_at: z.string().nullish(),
  base: z.string().nullish(),
  weights_url: z.string().nullish(),
  cost: z.number().nullish(),
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  pictures: z
    .array(
      z.looseObject({
        url: z.string(),
        width: z.number().nullish(),
        height: z.number().nullish(),
        seed: z.number().nullish(),
      }),
    )
    .nullish(),
})

export type JobAnswer = z.output<typeof jobSchema>

/** A page of jobs. */
export const listSchema = z.looseObject({ items: z.array(jobSchema).nullish(), next: z.string().nullish() })

/** @throws LikenessError `invalid-response` */
export function readAnswer<Schema extends z.ZodType>(
  provider: string,
  operation: string,
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const message = `${provider} ${operation}: the answer has another shape than is known`
  throw new LikenessError({ kind: 'invalid-response', message, provider, operation })
}

/** The neutral state; a name that is not known means that the work goes on. */
export function stateOf(provider: string, answer: JobAnswer): UnsuccessfulStatus | 'ready' {
  switch (answer.state) {
    case 'ready':
      return 'ready'
    case 'waiting':
      return { state: 'queued' }
    case 'publishing':
      return { state: 'deploying' }
    case 'stopped':
      return { state: 'canceled' }
    case 'broken': {
      const blocked = answer.error?.code === 'blocked'
      const message = answer.error?.message ?? 'The vendor gave no reason.'
      return {
        state: 'failed',
        error: new LikenessError({ kind: blocked ? 'content-blocked' : 'job-failed', message, provider }),
      }
    }
    default:
      return { state: 'running', ...(answer.state ? { message: answer.state } : {}) }
  }
}

/** What the vendor says it cost. */
export const costFrom = (amount: NanoUSD | null | undefined, label: string) =>
  amount === null || amount === undefined
    ? {}
    : { cost: costOf('vendor-response', [{ label, quantity: 1, unit: 'job', amount }]) }

/** `expired` where the vendor no longer knows the job. */
export async function orExpired<Value>(work: Promise<Value>): Promise<Value | { readonly state: 'expired' }> {
  try {
    return await work
  } catch (error) {
    if (LikenessError.is(error) && error.kind === 'not-found') return { state: 'expired' }
    throw error
  }
}
