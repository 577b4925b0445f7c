import { describe, expect, it } from 'vitest'
import { type Defect, defects } from './broken/index.js'
import { referenceVendor } from './reference/index.js'
import { type CaseResult, runConformance } from './run-cases.js'

/** Runs overlap, because most of their time is spent waiting for answers that never come. */
const atOnce = 10

const results = new Map<string, Promise<readonly CaseResult[]>>()

function resultsOf(name: string): Promise<readonly CaseResult[]> {
  const names = Object.keys(defects)
  for (const next of names.slice(names.indexOf(name), names.indexOf(name) + atOnce)) {
    const defect = defects[next]
    if (defect !== undefined && !results.has(next)) results.set(next, run(defect))
  }
  return results.get(name) ?? Promise.reject(new Error(`no defect ${name}`))
}

function run({ profile, create }: Defect): Promise<readonly CaseResult[]> {
  // The vendor is in memory: what has not been answered by now never will be.
  const hurried: Defect['create'] = ({ timeoutMs, ...environment }) =>
    create({ ...environment, ...(timeoutMs === undefined ? {} : { timeoutMs: 60 }) })
  return runConformance(referenceVendor(profile, hurried), { caseTimeoutMs: 5_000 })
}

describe('every defect is caught by exactly the cases that are meant to catch it', () => {
  for (const [name, { caughtBy }] of Object.entries(defects)) {
    it(`an adapter that ${name}`, { timeout: 240_000 }, async () => {
      const failed = (await resultsOf(name)).filter(({ outcome }) => outcome === 'failed').map((result) => result.name)
      expect(failed.toSorted()).toEqual([...caughtBy].sort())
      expect(failed.length).toBeGreaterThan(0)
    })
  }
})
