import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checksumOf, migrate } from './migrate.js'
import { type Migration, migrations } from './migrations.js'
import { openSqlite } from './open-sqlite.js'
import { sqliteDialect } from './sqlite-dialect.js'
import type { Tables } from './tables.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'likeness-jobs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const open = (path = ':memory:') => new Kysely<Tables>({ dialect: sqliteDialect(new DatabaseSync(path)) })
const step = (number: number, statement: string): Migration => ({
  number,
  name: `step-${number}`,
  statements: () => [statement],
})

describe('migrations', () => {
  it('are those that were released', () => {
    // A line here is never changed: what is in a database cannot be edited afterwards. Add a migration instead.
    expect(migrations.map((one) => [one.number, checksumOf(one, 'sqlite'), checksumOf(one, 'postgres')])).toEqual([
      [
        1,
        '934e35bec666dcb857c9a1bad580640b15fd74da8643b3d43ba9963602911a03',
        'c0d334ac619f08c90d639e03176604720b94084ebe957c0a81b960936f4e5eee',
      ],
    ])
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('run once, in order, and leave the database as it is the next time', async () => {
    const kysely = open()
    const all = [step(1, 'create table one (a)'), step(2, 'insert into one values (1)')]
    await migrate(kysely, { dialect: 'sqlite', now: 5, scope: 'test', migrations: all.slice(0, 1) })
    await migrate(kysely, { dialect: 'sqlite', now: 6, scope: 'test', migrations: all })
    await migrate(kysely, { dialect: 'sqlite', now: 7, scope: 'test', migrations: all })
    const rows = await kysely.selectFrom('likeness_migration').select(['number', 'applied_at']).execute()
    expect(rows).toEqual([
      { number: 1, applied_at: 5 },
      { number: 2, applied_at: 6 },
    ])
    await kysely.destroy()
  })

  it('that were edited after they had been applied are refused', async () => {
    const kysely = open()
    await migrate(kysely, { dialect: 'sqlite', now: 5, migrations: [step(1, 'create table one (a)')] })
    const edited = [step(1, 'create table one (a, b)')]
    await expect(migrate(kysely, { dialect: 'sqlite', now: 5, migrations: edited })).rejects.toThrow(
      /step-1.*was changed/,
    )
    await kysely.destroy()
  })

  it('of a newer version are refused', async () => {
    const kysely = open()
    const all = [step(1, 'create table one (a)'), step(2, 'create table two (a)')]
    await migrate(kysely, { dialect: 'sqlite', now: 5, migrations: all })
    const older = migrate(kysely, { dialect: 'sqlite', now: 5, migrations: all.slice(0, 1) })
    await expect(older).rejects.toThrow(/newer version: migration 2/)
    await kysely.destroy()
  })

  it('that fail leave nothing behind', async () => {
    const kysely = open()
    const all = [step(1, 'create table one (a)'), step(2, 'this is no SQL')]
    await expect(migrate(kysely, { dialect: 'sqlite', now: 5, migrations: all })).rejects.toThrow()
    await migrate(kysely, { dialect: 'sqlite', now: 5, migrations: all.slice(0, 1) })
    await kysely.destroy()
  })
})

describe('a database file', () => {
  it('is for one process: a second one is told which has it', async () => {
    const path = join(folder, 'one', 'jobs.sqlite')
    const first = await openSqlite({ path })
    await expect(openSqlite({ path })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(`process ${process.pid}`),
      hint: expect.stringContaining('Postgres'),
    })
    await first.close()
    const again = await openSqlite({ path })
    await again.close()
  })

  it('can be read by its owner alone', async () => {
    const path = join(folder, 'private.sqlite')
    const database = await openSqlite({ path })
    for (const name of ['', '-wal', '-shm', '.lock', '.pid']) {
      expect((await stat(`${path}${name}`)).mode & 0o777, name).toBe(0o600)
    }
    await database.close()
  })

  it('syncs each commit, and waits for who else writes', async () => {
    const path = join(folder, 'synced.sqlite')
    const { kysely, close } = await openSqlite({ path })
    const { sql } = await import('kysely')
    const pragma = async (name: string) =>
      Object.values((await sql.raw<object>(`pragma ${name}`).execute(kysely)).rows[0] ?? {})[0]
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('busy_timeout')).toBe(5_000)
    expect(await pragma('foreign_keys')).toBe(1)
    await close()
  })

  it('that is none is refused by name', async () => {
    const error = await openSqlite({ path: join(folder, 'private.sqlite', 'below-a-file') }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'path' }] })
  })
})
