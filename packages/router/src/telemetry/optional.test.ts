import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const sources = new URL('..', import.meta.url)

/** What a module of this package imports at run time, straight or by others of it. */
function importsFrom(path: string, seen = new Set<string>()): Set<string> {
  const url = new URL(path, sources)
  if (seen.has(url.pathname)) return seen
  seen.add(url.pathname)
  const text = readFileSync(url, 'utf8')
  const statements = text.matchAll(/^(?:import|export)(?! type)[^'"]*?from '([^']+)'|\bimport\('([^']+)'\)/gms)
  for (const [, from, dynamic] of statements) {
    const specifier = from ?? dynamic ?? ''
    if (specifier.startsWith('.')) importsFrom(new URL(specifier.replace(/\.js$/, '.ts'), url).pathname, seen)
    else seen.add(specifier)
  }
  return seen
}

it('leaves OpenTelemetry to its own entry point: the others work without it', () => {
  expect(importsFrom('telemetry/index.ts')).toContain('@opentelemetry/api')
  for (const entry of ['index.ts', 'schemas.ts']) {
    const found = importsFrom(entry)
    expect(found.size).toBeGreaterThan(3)
    expect([...found].filter((specifier) => specifier.includes('telemetry'))).toEqual([])
  }
})
