import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Postgres server of a test's own. */
export interface TestPostgres {
  /** Makes a new database and tells its address. */
  database(): Promise<string>
  stop(): Promise<void>
}

/** Debian puts the programs out of the path. */
function findProgram(name: string): string | undefined {
  const versions = '/usr/lib/postgresql'
  const debian = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : []
  const folders = [...(process.env.PATH ?? '').split(':'), ...debian]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Postgres refuses to run as root. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Why no server can be started here; `undefined` where one can. */
export function postgresMissing(): string | undefined {
  const missing = ['initdb', 'pg_ctl', 'postgres'].filter((name) => findProgram(name) === undefined)
  return missing.length === 0 ? undefined : `${missing.join(', ')} not installed (Debian: apt install postgresql)`
}

/** Starts a server in a folder of its own, as an ordinary user, on a free port of this machine only. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'likeness-postgres-'))
  const user = ordinaryUser()
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const port = await freePort()

  function run(name: string, options: readonly string[]): void {
    const program = findProgram(name) ?? name
    const { status, stderr, error } = spawnSync(program, options, {
      cwd: folder,
      encoding: 'utf8',
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0) throw new Error(`${name} failed: ${stderr}${error?.message ?? ''}`)
  }

  run('initdb', ['-D', data, '-U', 'likeness', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'])
  // Processes are killed here, not machines.
  const options = `-k '${folder}' -p ${port} -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off`
  run('pg_ctl', ['-D', data, '-o', options, '-l', join(folder, 'log'), '-w', 'start'])
  const address = (name: string) => `postgres://likeness@127.0.0.1:${port}/${name}`
  let databases = 0

  return {
    async database() {
      const { default: pg } = await import('pg')
      const client = new pg.Client({ connectionString: address('postgres') })
      await client.connect()
      databases += 1
      const name = `jobs_${databases}`
      await client.query(`create database ${name}`)
      await client.end()
      return address(name)
    },
    async stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop'])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Says loudly that something is not tested. */
export function tellSkipped(what: string, missing: string): void {
  process.stderr.write(`\n*** SKIPPED: ${what} on Postgres NOT tested here: ${missing}. ***\n\n`)
}
