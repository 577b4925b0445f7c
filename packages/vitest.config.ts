import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests read the sources of every package, so that none of them needs a build first.
  resolve: { conditions: ['@likeness/source'] },
  ssr: { resolve: { conditions: ['@likeness/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts'],
    root: new URL('..', import.meta.url).pathname,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
