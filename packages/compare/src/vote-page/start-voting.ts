import { createServer, type Server } from 'node:http'
import { LikenessError } from '@likeness/core'
import { readRun } from '../run/run.js'
import { openRunFolder } from '../run/run-folder.js'
import { createVotingApp } from './voting-app.js'

/** Which run is voted on, and where. */
export interface StartVotingOptions {
  /** Of the run. */
  readonly folder: string
  /** Of 127.0.0.1. @default any free one */
  readonly port?: number | undefined
  /** See `createVotingApp`. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A vote that is going on. */
export interface Voting {
  readonly url: string
  /** `id` of the run. */
  readonly run: string
  /** How many pairs of pictures there are to judge. */
  readonly pairs: number
  /** Cuts the connections that are open. Votes that were confirmed are kept. */
  close(): Promise<void>
}

/** Only this machine can reach it. */
const host = '127.0.0.1'

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `port ${port} of ${host} cannot be used: ${cause.message}`
      const fields = [{ field: 'port', message }]
      reject(new LikenessError({ kind: 'invalid-request', message, fields, cause }))
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/**
 * Serves the pages of a vote to the browsers of this machine. What the run makes after this was called is not shown.
 *
 * @throws LikenessError `invalid-request` where the folder holds no run or the port is taken
 */
export async function startVoting({ folder, port = 0, onError }: StartVotingOptions): Promise<Voting> {
  const run = await openRunFolder(folder)
  const summary = await readRun(run).finally(() => run.store.close())
  const app = await createVotingApp({ run, summary, onError })
  const { getRequestListener } = await import('@hono/node-server')
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  const url = `http://${host}:${await listen(server, port)}/`
  return {
    url,
    run: run.id,
    pairs: app.pairs,
    async close() {
      const closed = new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)))
      })
      server.closeAllConnections()
      await closed
    },
  }
}
