import { readFileSync, writeFileSync } from 'node:fs'
import { errorKinds } from '@likeness/core'
import { expect, it } from 'vitest'
import { fallbackRules } from './index.js'

const path = new URL('../README.md', import.meta.url)

function rulesTable(): string {
  const rows = errorKinds.map((kind) => [`\`${kind}\``, fallbackRules[kind].action, fallbackRules[kind].why] as const)
  const head = [['kind', 'then', 'because'] as const, ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...head.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(['kind', 'then', 'because']), rule, ...rows.map(line)].join('\n')
}

it('shows the rules as the code has them (UPDATE_README=1 writes it)', () => {
  const table = rulesTable()
  const between = /(<!-- rules:start -->\n)[\s\S]*?(<!-- rules:end -->)/
  const current = readFileSync(path, 'utf8').replace(between, (_, start, end) => `${start}\n${table}\n\n${end}`)
  if (process.env.UPDATE_README === '1') writeFileSync(path, current)
  expect(readFileSync(path, 'utf8')).toContain(`\n${table}\n`)
})
