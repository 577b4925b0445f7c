/** One field of a protobuf message, encoded. */
export type Field = readonly Uint8Array[]

const text = new TextEncoder()

function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`varint: ${value} is not a whole number from 0`)
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

const tag = (number: number, wireType: 0 | 2) => varint(number * 8 + wireType)
const lengthOf = (parts: Field) => parts.reduce((sum, part) => sum + part.length, 0)

/** A whole number from 0. */
export const integer = (number: number, value: number): Field => [tag(number, 0), varint(value)]

/** Bytes, as they are and without a copy. */
export const bytes = (number: number, value: Uint8Array): Field => [tag(number, 2), varint(value.length), value]

/** A text in UTF-8. */
export const string = (number: number, value: string): Field => bytes(number, text.encode(value))

/** A message inside a message. */
export function message(number: number, fields: readonly Field[]): Field {
  const parts = fields.flat()
  return [tag(number, 2), varint(lengthOf(parts)), ...parts]
}

/** The outermost message, in one piece. */
export function serialize(fields: readonly Field[]): Uint8Array {
  const parts = fields.flat()
  const result = new Uint8Array(lengthOf(parts))
  let offset = 0
  for (const part of parts) {
    result.set(part, offset)
    offset += part.length
  }
  return result
}
