import type { FineTunedModel } from './model.js'
import type { Subject } from './subject.js'

/** The portable record of one subject: its models, one or more per provider. JSON, kept by the app. */
export interface Portfolio {
  readonly version: 1
  readonly subject: Subject
  readonly models: readonly FineTunedModel[]
}
