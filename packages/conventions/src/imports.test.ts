import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { importsOf, isPublished, readPackages } from './workspace.js'

/** Who may import whom, from the design; `external` are modules from the registry. */
const rules: Readonly<Record<string, { readonly workspace: readonly string[]; readonly external: readonly string[] }>> =
  {
    core: { workspace: [], external: ['zod', 'image-size', 'tinyglobby'] },
    'adapter-kit': { workspace: ['core'], external: ['undici', 'p-retry', 'yazl'] },
    astria: { workspace: ['core', 'adapter-kit'], external: ['zod'] },
    fal: { workspace: ['core', 'adapter-kit'], external: ['zod'] },
    segmind: { workspace: ['core', 'adapter-kit'], external: ['zod'] },
    jobs: { workspace: ['core'], external: ['kysely', 'pg', 'pg-boss'] },
    router: { workspace: ['core'], external: ['zod', 'cockatiel', 'csv-stringify', '@opentelemetry/api'] },
    compare: {
      workspace: ['core'],
      external: [
        '@hono/node-server',
        '@huggingface/transformers',
        '@observablehq/plot',
        'ai',
        'hono',
        'linkedom',
        'onnxruntime-node',
        'onnxruntime-web',
        'sharp',
        'simple-statistics',
        'tar',
        'zod',
      ],
    },
    emulator: { workspace: [], external: ['hono', '@hono/node-server', 'sharp', 'yauzl', '@fastify/busboy'] },
    testkit: { workspace: ['core'], external: ['vitest', 'zod'] },
    cli: {
      workspace: ['core', 'adapter-kit', 'astria', 'fal', 'segmind', 'compare', 'emulator', 'router'],
      external: ['commander', 'listr2', 'yaml', 'jiti', 'zod'],
    },
    conventions: { workspace: ['astria', 'core', 'emulator', 'fal', 'segmind', 'testkit'], external: ['vitest'] },
  }

const packageName = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier)
const packages = readPackages()

describe('imports', () => {
  it('has a rule for every package', () => {
    expect(packages.map(({ folder }) => folder).sort()).toEqual(Object.keys(rules).sort())
  })

  it.each(packages.map((one) => [one.folder, one] as const))('%s imports only what it may', (folder, { sources }) => {
    const allowed = rules[folder]
    const forbidden = sources.filter(isPublished).flatMap(({ path, text }) =>
      importsOf(text)
        .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map(packageName)
        .filter((name) => !allowed?.external.includes(name))
        .filter((name) => !allowed?.workspace.some((other) => name === `@likeness/${other}`))
        .map((name) => `${path} imports ${name}`),
    )
    expect(forbidden).toEqual([])
  })

  it.each(packages.map((one) => [one.folder, one] as const))('%s reaches into no other package', (_, { sources }) => {
    const deep = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(
          (specifier) =>
            /^@likeness\/[^/]+\/(?!(?:schemas|images|runtime)$)/.test(specifier) ||
            /^(\.\.\/)+(?:[^.]+\/)?src\//.test(specifier),
        )
        .map((specifier) => `${path} imports ${specifier}`),
    )
    expect(deep).toEqual([])
  })

  it.each(packages.map((one) => [one.folder, one] as const))(
    '%s declares what it imports, and imports what it declares',
    (_, one) => {
      const { manifest, sources } = one
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      const used = new Set(
        sources
          .filter(isPublished)
          .flatMap(({ text }) => importsOf(text))
          .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
          .map(packageName),
      )
      if (manifest.private) return
      expect([...used].filter((name) => !declared.includes(name))).toEqual([])
      expect(declared.filter((name) => !used.has(name))).toEqual([])
    },
  )
})
