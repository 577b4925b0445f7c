import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { errorKinds } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { fallbackRules } from './index.js'
import { markdownTable } from './invoice/test-document.js'

const path = new URL('../README.md', import.meta.url)
const read = () => readFileSync(path, 'utf8')
const between = (name: string) => new RegExp(`(<!-- ${name}:start -->\n)[\\s\\S]*?(<!-- ${name}:end -->)`)

function rulesTable(): string {
  const rows = errorKinds.map((kind) => [`\`${kind}\``, fallbackRules[kind].action, fallbackRules[kind].why] as const)
  return markdownTable(['kind', 'then', 'because'], rows)
}

/** What a page says between its markers, which the test of that page measured. */
function measured(page: string, name: string): string {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
  const [found = ''] = between(name).exec(text) ?? []
  return found.split('\n').slice(1, -1).join('\n').trim()
}

describe('README', () => {
  it.each([
    ['rules', rulesTable],
    ['invoice', () => measured('invoice.md', 'invoice')],
    ['limits', () => measured('limits.md', 'limits')],
  ])('has the table of %s as it is (UPDATE_README=1 writes it)', (name, table) => {
    const current = read().replace(between(name), (_, start, end) => `${start}\n${table()}\n\n${end}`)
    if (process.env.UPDATE_README === '1') writeFileSync(path, current)
    expect(table()).toMatch(/^\| .* \|\n\| -+/)
    expect(read()).toBe(current)
  })

  it('links only to files that exist', () => {
    const links = [...read().matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '')
    expect(links.filter((link) => !existsSync(new URL(link, path)))).toEqual([])
  })
})
