import { json } from '../core/responses.js'
import type { VendorInstance, VendorPlugin } from '../core/vendor.js'
import type { Handlers } from './account.js'
import { createAccount } from './account.js'
import { classify, isAuthenticated } from './classify.js'
import { badRequest, notFound, refuse, unauthorized } from './errors.js'
import { ParameterError } from './input.js'
import { packHandlers } from './packs.js'
import { nanoUSDPerMillicent } from './prices.js'
import { promptHandlers } from './prompt-handlers.js'
import type { Action } from './routes.js'
import { findRoute, publicActions } from './routes.js'
import type { AstriaSettings } from './settings.js'
import { defaultSettings, settingWords } from './settings.js'
import { tuneHandlers } from './tune-handlers.js'

export type { AstriaSettings } from './settings.js'

export interface AstriaEndpoints {
  readonly baseURL: string
  readonly apiKey: string
}

/** Astria's image API (api.astria.ai) as of 2026-08-21. */
export const astria: VendorPlugin<AstriaSettings, AstriaEndpoints> = {
  name: 'astria',
  defaultKey: () => 'sd_emulator',
  settings: defaultSettings,
  settingWords,
  // Recorded: a Flux portrait LoRA of 300 steps queued 10 s and trained in 4.5 to 10 min (2025-06).
  durations: {
    fineTuneQueued: 10_000,
    fineTuneRunning: 450_000,
    fineTuneDeploying: 0,
    generationQueued: 5_000,
    generationRunning: 30_000,
  },
  publicOrigins: {
    'https://api.astria.ai': '',
    'https://www.astria.ai': '',
    'https://mp.astria.ai': '/mp',
    'https://sdbooth2-production.s3.amazonaws.com': '/storage',
  },
  endpoints: (origin, apiKey) => ({ baseURL: origin, apiKey }),
  classify,
  isAuthenticated,
  refuse,
  create(context) {
    const account = createAccount(context)
    const { tunes, prompts, callbacks } = account
    const handlers: Handlers<Action> = {
      ...tuneHandlers(account),
      ...promptHandlers(account),
      ...packHandlers(account),
      showAccount: () => json(accountEntity(context.invoice.balance)),
      // Images live at an address without an extension that leads on to the file.
      redirectToFile: (_request, { file = '' }) =>
        context.files.has(file)
          ? new Response(null, {
              status: 302,
              headers: { location: `${context.origin()}/storage/${file}`, ...anyOrigin },
            })
          : notFound(),
      readFile: async (_request, { file = '' }) => (await context.files.respond(file, anyOrigin)) ?? notFound(),
    }
    const instance: VendorInstance = {
      async handle(request) {
        tunes.sweep()
        prompts.sweep()
        const match = findRoute(request)
        const action = match.type === 'found' ? match.route.action : undefined
        if (!request.authenticated && (action === undefined || !publicActions.includes(action))) return unauthorized()
        // Rails knows no 405: a verb without a route is not found.
        if (match.type !== 'found') return notFound()
        try {
          return await handlers[match.route.action](request, match.parameters)
        } catch (error) {
          if (error instanceof ParameterError) return badRequest(error.message)
          throw error
        }
      },
      expire(job) {
        const tune = tunes.all.find((each) => each.id === job.id)
        if (tune !== undefined) tunes.remove(tune, 'expired')
        const prompt = prompts.all.find((each) => each.id === job.id)
        if (prompt !== undefined) prompts.remove(prompt, 'expired')
      },
      reset() {
        tunes.reset()
        prompts.reset()
        callbacks.reset()
      },
    }
    return instance
  },
}

const anyOrigin = { 'access-control-allow-origin': '*' }

/** GET /users (command line client, 2026-08-21). Without a limit to the money it shows 1000 USD. */
function accountEntity(balance: number | undefined): Record<string, unknown> {
  return {
    id: 1,
    email: 'developer@example.com',
    name: 'Emulated account',
    usd_balance_mc: balance === undefined ? 100_000_000 : Math.floor(balance / nanoUSDPerMillicent),
    auto_extend_tunes: false,
    top_off_amount: null,
    payer: null,
  }
}
