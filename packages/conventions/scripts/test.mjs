// Builds everything, then runs every test of every package, and ends with one line that counts them all.
import { spawnSync } from 'node:child_process'

const run = (command, ...options) =>
  spawnSync(command, options, { stdio: 'inherit', env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' } }).status ?? 1

const built = run('tsc', '-b', 'packages')
if (built !== 0) {
  console.error('The build failed, so no test was run.')
  process.exit(built)
}
process.exit(run('vitest', 'run', '--config', 'packages/vitest.config.ts', ...process.argv.slice(2)))
