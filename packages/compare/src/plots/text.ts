/** Text size of every plot, in pixels. */
export const fontSize = 12

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** East Asian characters and pictures are as wide as high; others a little over half on average in a system font. */
const graphemeWidth = (grapheme: string) => ((grapheme.codePointAt(0) ?? 0) >= 0x2e80 ? 1 : 0.56) * fontSize

/** About how wide a text is drawn, in pixels: nothing measures fonts where there is no browser. */
export function textWidth(text: string): number {
  return [...graphemes.segment(text)].reduce((sum, { segment }) => sum + graphemeWidth(segment), 0)
}

/** The text, or as much of its beginning as fits with an ellipsis. `width` is in pixels. */
export function fitText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let used = graphemeWidth('…')
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
