const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|([a-z]{2,4}));/gi,
    (whole, code: string | undefined, name: string | undefined) => {
      if (code !== undefined) return String.fromCodePoint(Math.min(Number(code), 0x10ffff))
      return NAMED[(name ?? '').toLowerCase()] ?? whole
    },
  )
}

/** Cuts at `length` characters and says so with an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`
}

/**
 * A vendor's words as one line of plain text: of an HTML page its `<title>`, else its text without tags (Astria's
 * messages hold tags); white space collapsed; at most `length` characters.
 */
export function plainText(text: string, length = 200): string {
  // A page may be megabytes; what it says stands at its beginning.
  const start = text.slice(0, 20_000)
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(start)?.[1]?.trim()
  const visible =
    title !== undefined && title !== ''
      ? title
      : start.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<\/?[a-z!][^>]*>/gi, ' ')
  return shorten(withoutEntities(visible).replace(/\s+/g, ' ').trim(), length)
}
