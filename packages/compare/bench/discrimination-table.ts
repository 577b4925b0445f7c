import { areaUnderRoc } from '@likeness/compare'

/** What a scorer gives where it should be high, and where it should be low. */
export interface Scores {
  readonly same: readonly number[]
  readonly different: readonly number[]
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** Four digits, or a dash where there is nothing to compare. */
export function auc({ same, different }: Scores): string {
  return same.length === 0 || different.length === 0 ? '-' : areaUnderRoc(same, different).toFixed(4)
}

/** Three digits, or a dash. */
export function digits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '-'
}

export const share = (right: number, all: number) => (all === 0 ? '-' : `${right} of ${all}`)

/** A table as Markdown has it. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n`)
  console.log(`| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}
