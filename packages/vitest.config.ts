import { defineConfig } from 'vitest/config'

const folder = new URL('..', import.meta.url).pathname

export default defineConfig({
  // Tests read the sources of every package, so that none of them needs a build first.
  resolve: { conditions: ['@likeness/source'] },
  // No 'import' among them: they reach Node's --conditions, where a require() would then get a module's ESM build.
  ssr: { resolve: { conditions: ['@likeness/source', 'node'] } },
  test: {
    root: folder,
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // One core less is the default, which on small machines leaves half of it idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: [process.env.CI ? 'dot' : 'default', `${folder}packages/conventions/scripts/closing-line-reporter.mjs`],
  },
})
