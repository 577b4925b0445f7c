import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPackages, root } from './workspace.js'

const published = readPackages().filter(({ manifest }) => !manifest.private)
const cases = published.map((one) => [one.folder, one] as const)

/** Runs a tool that is installed at the root. */
function tool(name: string, options: readonly string[], folder = root) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', name), options, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { status, output: `${stdout}${stderr}` }
}

describe('packages', () => {
  it.each(cases)('%s is ESM only, closed, free of side effects, and says where it runs', (_, { manifest }) => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, license: 'MIT', engines: { node: '>=22.13' } })
    expect(Object.keys(manifest.exports ?? {}).filter((path) => path.includes('*'))).toEqual([])
  })

  it.each(cases)('%s takes its versions from the catalog', (_, { manifest }) => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter(([, version]) => version !== 'catalog:' && version !== 'workspace:*')).toEqual([])
  })

  it.each(cases)('%s has a README', (folder) => {
    expect(existsSync(join(root, 'packages', folder, 'README.md'))).toBe(true)
  })

  it.each(cases)('%s passes publint', (folder) => {
    expect(tool('publint', ['--strict'], join(root, 'packages', folder))).toMatchObject({ status: 0 })
  })

  it.each(cases)('%s resolves with its types', { timeout: 120_000 }, (folder) => {
    expect(tool('attw', ['--pack', '.', '--profile', 'esm-only'], join(root, 'packages', folder))).toMatchObject({
      status: 0,
    })
  })
})

describe('repository', () => {
  it('has a lockfile that names no registry', () => {
    expect(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')).not.toMatch(/https?:\/\//)
  })

  it('is formatted and free of lint', { timeout: 60_000 }, () => {
    const check = tool('biome', [
      'check',
      '--error-on-warnings',
      '--config-path=packages/conventions/formatting.json',
      'packages',
      'examples',
    ])
    expect(check.output).toMatch(/No fixes applied|Checked/)
    expect(check).toMatchObject({ status: 0 })
  })

  it('has no unused file, export or dependency', { timeout: 60_000 }, () => {
    expect(tool('knip', [])).toMatchObject({ status: 0 })
  })

  it('type-checks its tests and examples', { timeout: 120_000 }, () => {
    expect(tool('tsc', ['-p', 'packages/conventions/tests.tsconfig.json'])).toMatchObject({ status: 0, output: '' })
  })
})
