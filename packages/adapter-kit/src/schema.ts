/** What the kit needs of a schema; every zod schema has it. */
export interface Schema<Output> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: Output }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } }
  /** Fields of an object schema, by name. */
  readonly shape?: Readonly<Record<string, unknown>>
}

/** One thing wrong with a value. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** Names that a closed object does not have. */
  readonly keys?: readonly string[]
}

/** A path as errors show it: `images.3.url`. */
export function dottedPath(...parts: readonly PropertyKey[]): string {
  return parts.map(String).filter(Boolean).join('.')
}
