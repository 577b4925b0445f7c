import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './workspace.js'

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
      else if (!packages.has(specifier)) packages.set(specifier, relative(root, path))
    }
  }
  await visit(start)
  return packages
}

async function expectLight(start: string, needed: string, heavy: readonly string[]): Promise<void> {
  const loaded = await loadedWith(join(root, 'packages', start))
  // Whatever the imports are read by, it must find some.
  expect([...loaded.keys()]).toContain(needed)
  // A part of our own packages may be light where the whole is not.
  const isHeavy = (specifier: string) =>
    heavy.some((name) => specifier === name || (!name.startsWith('@likeness/') && specifier.startsWith(`${name}/`)))
  expect([...loaded].filter(([specifier]) => isHeavy(specifier))).toEqual([])
}

describe('what is loaded at once', () => {
  it('is for a command no more than every command needs', () =>
    expectLight('cli/src/main.ts', 'commander', [
      '@likeness/compare',
      '@likeness/emulator',
      '@likeness/router',
      '@likeness/core/images',
      'listr2',
      'jiti',
      'yaml',
    ]))

  it('is for a comparison neither pictures, nor networks, nor plots, nor a server', () =>
    expectLight('compare/src/index.ts', 'zod', [
      '@hono/node-server',
      'hono',
      '@huggingface/transformers',
      'ai',
      '@observablehq/plot',
      'linkedom',
      'onnxruntime-node',
      'onnxruntime-web',
      'sharp',
      'tar',
    ]))
})
