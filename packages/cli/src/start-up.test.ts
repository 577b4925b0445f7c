import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

/** What a source file loads as soon as it is loaded itself; types are gone by then. */
async function importsOf(path: string): Promise<string[]> {
  const source = await readFile(path, 'utf8')
  const statements = source.matchAll(/^(?:import|export) (?!type )(?:([^'"]*?) from )?['"]([^'"]+)['"]/gms)
  return [...statements].flatMap(([, names, specifier]) => {
    const named = /^\{(.*)\}$/s
      .exec(names ?? '')?.[1]
      ?.split(',')
      .map((name) => name.trim())
    const onlyTypes = named?.every((name) => name === '' || name.startsWith('type ')) === true
    return onlyTypes || specifier === undefined ? [] : [specifier]
  })
}

/** All packages that are loaded with a file, with the way that leads to each. */
async function loadedWith(start: string): Promise<Map<string, string>> {
  const packages = new Map<string, string>()
  const seen = new Set<string>()
  async function visit(path: string): Promise<void> {
    if (seen.has(path)) return
    seen.add(path)
    for (const specifier of await importsOf(path)) {
      if (specifier.startsWith('.')) await visit(join(dirname(path), specifier.replace(/\.js$/, '.ts')))
      else if (!packages.has(specifier)) packages.set(specifier, path.slice(import.meta.dirname.length + 1))
    }
  }
  await visit(start)
  return packages
}

it('loads nothing for a command but what every command needs', async () => {
  const loaded = await loadedWith(join(import.meta.dirname, 'main.ts'))
  expect([...loaded.keys()]).toContain('commander')
  const heavy = [
    '@likeness/compare',
    '@likeness/emulator',
    '@likeness/router',
    '@likeness/core/images',
    'listr2',
    'jiti',
    'yaml',
  ]
  expect(heavy.filter((name) => loaded.has(name)).map((name) => `${name} by ${loaded.get(name)}`)).toEqual([])
})
