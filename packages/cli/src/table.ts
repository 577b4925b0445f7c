/** Rows in columns as wide as their widest cell, two spaces apart. A column without any text is left out. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
    })
  }
  return rows
    .map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).filter((_, column) => widths[column] !== 0),
    )
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('')
}
