export interface AstriaSettings {
  /** The account's "idempotency" switch: equal titles and equal prompts answer what is already there. @default false */
  idempotency: boolean
  /** Callbacks carry the few fields that recorded ones had; false sends the whole entity. @default true */
  reducedCallbacks: boolean
  /** Images of a prompt that does not say how many. The account's setting is not documented. @default 4 */
  defaultNumImages: number
}

export function defaultSettings(): AstriaSettings {
  return { idempotency: false, reducedCallbacks: true, defaultNumImages: 4 }
}
