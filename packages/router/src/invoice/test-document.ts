import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'

/** A table in Markdown, its columns aligned as the formatter wants them. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

/** Expects a page of `docs/` to show what was measured, between its markers of that name; UPDATE_README=1 writes it. */
export function expectDocumented(page: string, name: string, table: string): void {
  const path = new URL(`../../docs/${page}`, import.meta.url)
  const between = new RegExp(`(<!-- ${name}:start -->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(between)
  if (process.env.UPDATE_README === '1') {
    writeFileSync(
      path,
      text.replace(between, (_, start, end) => `${start}${table}\n${end}`),
    )
  }
  expect(readFileSync(path, 'utf8')).toContain(`<!-- ${name}:start -->\n${table}\n<!-- ${name}:end -->`)
}
