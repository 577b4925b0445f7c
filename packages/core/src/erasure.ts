/** What a vendor keeps of a subject. */
export type ErasureItem = 'model' | 'weights' | 'dataset' | 'generations' | 'outputs'

/** What became of one sort of data at one vendor when it was to be deleted. Plain JSON. */
export interface Erasure {
  readonly item: ErasureItem
  /**
   * `deleted`: the vendor confirmed it; `absent`: it had none; `expires`: it cannot be deleted, the vendor does so
   * itself, see `until`; `impossible`: the vendor's API cannot delete it; `failed`: see `detail`.
   */
  readonly outcome: 'deleted' | 'absent' | 'expires' | 'impossible' | 'failed'
  /** How many were deleted, where they are counted. */
  readonly count?: number | undefined
  /** ISO 8601: when the vendor deletes it itself. */
  readonly until?: string | undefined
  /** Whose data: the vendor's id of the model or job. */
  readonly id?: string | undefined
  /** Where a person can delete it, or why it failed. */
  readonly detail?: string | undefined
}
