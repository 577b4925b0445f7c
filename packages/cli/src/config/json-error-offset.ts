const token =
  /\s+|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/uy

/**
 * Where a text stops being JSON. The engine tells for some errors only; for the others it is the first place that is no
 * token of JSON, else a comma with nothing behind it, else the end.
 *
 * @param message - of the error that `JSON.parse` threw
 */
export function jsonErrorOffset(text: string, message: string): number {
  const told = /at position (\d+)/.exec(message)?.[1]
  if (told !== undefined) return Number(told)
  token.lastIndex = 0
  let offset = 0
  while (offset < text.length && token.test(text)) offset = token.lastIndex
  if (offset < text.length) return offset
  const comma = /,\s*[}\]]/.exec(text)
  return comma === null ? text.length : comma.index
}
