import { LikenessError } from '@likeness/core'

/** A base URL taken apart once. */
export interface Base {
  readonly origin: string
  /** Path without its final slash. */
  readonly prefix: string
}

/** @throws LikenessError `invalid-request` naming the setting */
export function parseBase(provider: string, baseURL: string): Base {
  const valid = URL.canParse(baseURL) && /^https?:$/.test(new URL(baseURL).protocol)
  if (!valid) {
    throw new LikenessError({
      kind: 'invalid-request',
      provider,
      message: `${provider}: baseURL must be an http(s) URL`,
      fields: [{ field: 'baseURL', message: 'must be an http(s) URL' }],
    })
  }
  const url = new URL(baseURL)
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}
