import type {
  CallOptions,
  CancelOutcome,
  Estimate,
  FindOptions,
  FineTuneRequest,
  FineTuneStatus,
  Finished,
  GenerateRequest,
  GenerationStatus,
  JobHandle,
  JobKind,
  JobStatus,
  Pace,
  Provider,
  RequestPreview,
  RunContext,
  Started,
  Warning,
} from '@likeness/core'
import { generationAt, trainingAt } from '@likeness/core/runtime'

/** What training and generation have in common. */
export interface Jobs<Request, Status> {
  estimate(request: Request): Estimate | undefined
  validate(request: Request): Promise<readonly Warning[]>
  preview(request: Request): Promise<RequestPreview>
  run?(request: Request, context: RunContext): Promise<Finished<Status>>
  start(request: Request, options?: CallOptions): Promise<Started<Status>>
  status(handle: JobHandle, options?: CallOptions): Promise<Status>
  pace(handle: JobHandle): Pace
  find(request: Request, options: FindOptions): Promise<JobHandle | undefined>
  cancel(handle: JobHandle, options?: CallOptions): Promise<CancelOutcome>
}

/** One of the two kinds of work, so that the way through the targets is written once. */
export interface Work<Request, Status> {
  readonly job: JobKind
  /**
   * What a provider does of it.
   *
   * @throws LikenessError `unsupported` where it does not
   */
  at(provider: Provider): {
    readonly jobs: Jobs<Request, Status>
    readonly can: { readonly find: boolean; readonly cancel: boolean }
  }
  /** The status as one of this kind of work. */
  read(status: JobStatus): Status
}

/** What both kinds of requests carry that routing looks at. */
export type AnyRequest = GenerateRequest | FineTuneRequest

/** Either kind of last status that brought something. */
export type Succeeded<Status> = Extract<Status, { readonly state: 'succeeded' }>

export const training: Work<FineTuneRequest, FineTuneStatus> = {
  job: 'fine-tune',
  at(provider) {
    const { fineTune, capabilities } = trainingAt(provider)
    return { jobs: fineTune, can: capabilities }
  },
  read(status) {
    if (status.state === 'succeeded' && !('model' in status)) throw new TypeError('not the status of a training')
    return status
  },
}

export const generation: Work<GenerateRequest, GenerationStatus> = {
  job: 'generation',
  at(provider) {
    const { generate, capabilities } = generationAt(provider)
    return { jobs: generate, can: capabilities }
  },
  read(status) {
    if (status.state === 'succeeded' && !('images' in status)) throw new TypeError('not the status of a generation')
    return status
  },
}
