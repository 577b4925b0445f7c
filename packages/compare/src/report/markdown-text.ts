/**
 * Text of others inside Markdown: no markup, and on GitHub no mention, no link and no reference to an issue. A zero-width
 * space breaks what a backslash does not. Nor can it steer the terminal that shows the file.
 */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .replaceAll(/[\\`*_[\]<>~|&]/g, '\\$&')
    .replace(/^(\d*)(?=[#+-]|[.)]\s)/, '$1\\')
    .replaceAll(/[@#](?=\w)/g, '$&\u200b')
    .replaceAll(/\bGH(?=-\d)/gi, '$&\u200b')
    .replaceAll(/:(?=\/\/)/g, ':\u200b')
    .replaceAll(/\bwww(?=\.)/gi, '$&\u200b')
}

/** A row of a table, its cells escaped. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map(plain).join(' | ')} |`
}

/** Head of a table and the line below it. */
export function markdownHead(cells: readonly string[]): readonly string[] {
  return [markdownRow(cells), `|${' --- |'.repeat(cells.length)}`]
}
