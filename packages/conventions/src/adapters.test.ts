import { describe, expect, it } from 'vitest'
import { isPublished, readPackages, withoutComments } from './workspace.js'

const vendors = ['astria', 'fal', 'segmind']
const packages = readPackages()
const adapters = packages.filter(({ folder }) => vendors.includes(folder))

/** Files that every adapter has. Others hold data that only one vendor needs, each for the reason given. */
const common = [
  'account.ts',
  'capabilities.ts',
  'errors.ts',
  'fine-tune-request.ts',
  'fine-tune-status.ts',
  'fine-tune.ts',
  'generate-request.ts',
  'generate-status.ts',
  'generate.ts',
  'index.ts',
  'options.ts',
  'prices.ts',
  'provider.ts',
  'responses.ts',
  'settings.ts',
  'webhooks.ts',
]

describe('adapters', () => {
  it.each(adapters.map((one) => [one.folder, one] as const))(
    '%s has the same files as the others',
    (_, { sources }) => {
      const files = sources.filter(isPublished).map(({ path }) => path)
      expect(common.filter((file) => !files.includes(file))).toEqual([])
    },
  )

  it.each(adapters.map((one) => [one.folder, one] as const))('%s passes the conformance suite', (_, { sources }) => {
    expect(sources.filter(({ path }) => path.endsWith('conformance.test.ts'))).not.toEqual([])
  })
})

/** Shared code, and the one file of each that may name vendors. */
const shared: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'adapter-kit': [],
  compare: [],
  testkit: [],
  cli: ['providers.ts'],
  emulator: ['vendors.ts'],
}

describe('shared code', () => {
  it.each(Object.entries(shared))('%s compares no vendor by name', (folder, exempt) => {
    const sources = packages.find((one) => one.folder === folder)?.sources ?? []
    const naming = sources
      .filter((file) => isPublished(file) && !exempt.includes(file.path))
      .filter(({ path }) => !vendors.some((vendor) => path.startsWith(`${vendor}/`)))
      .filter(({ text }) => {
        const code = withoutComments(text)
        return vendors.some((vendor) => new RegExp(`(===|!==|case)\\s*['"\`]${vendor}['"\`]`).test(code))
      })
      .map(({ path }) => path)
    expect(naming).toEqual([])
  })

  it.each(['core', 'adapter-kit', 'compare', 'testkit'])('%s does not know any vendor', (folder) => {
    const sources = packages.find((one) => one.folder === folder)?.sources ?? []
    const naming = sources
      .filter(isPublished)
      .filter(({ text }) => vendors.some((vendor) => new RegExp(`\\b${vendor}\\b`, 'i').test(withoutComments(text))))
      .map(({ path }) => path)
    expect(naming).toEqual([])
  })
})
