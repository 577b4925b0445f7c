import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Runs the measures of a bench folder, or the one that the command line names, and ends the process. The peers of its
 * package.json are installed into the folder first, unless one of them is there.
 */
export async function runMeasures(from, measures, peer) {
  const folder = fileURLToPath(new URL('.', from))
  const [, , wanted, rounds = '5'] = process.argv
  if (wanted !== undefined && !measures.includes(wanted)) {
    console.error(`There is no measure ${wanted}; there are ${measures.join(', ')}.`)
    process.exit(2)
  }
  if (!existsSync(`${folder}node_modules/${peer}`)) {
    console.error('Installing the peers ...')
    const { status } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: 'inherit',
    })
    if (status !== 0) process.exit(status ?? 1)
  }
  console.log(`Node ${process.version}`)
  for (const measure of wanted === undefined ? measures : [wanted]) {
    const { run } = await import(new URL(`./${measure}.mjs`, from).href)
    await run(Number(rounds))
  }
  process.exit()
}
