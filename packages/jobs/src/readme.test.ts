import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { jobStates, transitions } from './states.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  it('tells what each state means', () => {
    const rows = [...readme.matchAll(/^\| `([a-z]+)` +\|/gm)].map(([, name]) => name)
    expect(rows).toEqual(expect.arrayContaining([...jobStates]))
  })

  it('draws what may follow the intent', () => {
    const drawing = /```\nqueued[\s\S]*?```/.exec(readme)?.[0] ?? ''
    for (const state of [...transitions.submitting, ...transitions.running]) expect(drawing).toContain(state)
  })
})
