import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAstria } from '@likeness/astria'
import { createFal } from '@likeness/fal'
import { createSegmind } from '@likeness/segmind'
import { expect, it } from 'vitest'
import { capabilityTable } from './capability-table.js'
import { root } from './workspace.js'

const path = join(root, 'README.md')
const between = /(<!-- capabilities:start -->\n)[\s\S]*?(<!-- capabilities:end -->)/

it('shows what the adapters declare (UPDATE_README=1 writes it)', () => {
  const table = capabilityTable([
    { name: 'Astria', capabilities: createAstria().capabilities },
    { name: 'fal', capabilities: createFal().capabilities },
    { name: 'Segmind (Flux Pro)', capabilities: createSegmind().capabilities },
    { name: 'Segmind (Flux LoRA)', capabilities: createSegmind({ baseModel: 'FLUX' }).capabilities },
  ])
  const readme = readFileSync(path, 'utf8')
  const current = readme.replace(between, (_, start, end) => `${start}${table}\n${end}`)
  if (process.env.UPDATE_README === '1') writeFileSync(path, current)
  expect(readFileSync(path, 'utf8')).toContain(`\n${table}\n`)
})

it('links only to files that exist', () => {
  const readme = readFileSync(path, 'utf8')
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link ?? '')
  expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([])
})
