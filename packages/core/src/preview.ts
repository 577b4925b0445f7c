import type { JsonValue } from './json.js'

/** A file that would go out with a request. */
export interface PreviewedFile {
  readonly name: string
  readonly bytes: number
  readonly mediaType?: string | undefined
}

/**
 * The paid request that `start` would send, worked out offline. Credentials are masked as `***`; an address that an
 * upload would give first stands as `<upload: images.zip>`.
 */
export interface RequestPreview {
  /** Neutral name of the operation: `generation.submit`. */
  readonly operation: string
  readonly method: string
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON that is sent, or the fields of a form as `[name, value][]`. */
  readonly body: JsonValue
  /** What is uploaded with it, or before it. */
  readonly files: readonly PreviewedFile[]
}
