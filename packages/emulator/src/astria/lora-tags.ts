/** `<lora:ID_or_name:weight>` or `<faceid:ID:weight>` in a prompt's text (docs.astria.ai/docs/features/lora). */
export interface LoraTag {
  readonly type: 'lora' | 'faceid'
  /** A tune id, or a name. */
  readonly reference: string
  readonly strength: number
}

const pattern = /<(lora|faceid):([^:<>]+)(?::([^:<>]*))?>/g

/** All tags in order. The strength is NaN when it is no number. */
export function readLoraTags(text: string): LoraTag[] {
  return [...text.matchAll(pattern)].map(([, type, reference = '', strength]) => ({
    type: type === 'faceid' ? 'faceid' : 'lora',
    reference: reference.trim(),
    strength: strength === undefined ? 1 : strength.trim() === '' ? Number.NaN : Number(strength),
  }))
}

export function withoutLoraTags(text: string): string {
  return text.replaceAll(pattern, '').trim()
}

/** Seen: a prompt posted to a LoRA tune is stored with the tag in front. */
export function prependTag(text: string, tag: LoraTag): string {
  return `<${tag.type}:${tag.reference}:${decimal(tag.strength)}> ${text}`
}

/** Astria writes decimals with at least one digit behind the point. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value)
}

/** `{{eye_color}}` is filled from the tune's characteristics; an unknown key stays as it is. */
export function fillCharacteristics(text: string, characteristics: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (placeholder, key: string) => characteristics[key] ?? placeholder)
}
