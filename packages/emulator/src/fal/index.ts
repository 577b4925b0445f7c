import { json } from '../core/responses.js'
import type { ReceivedRequest, RequestLine, VendorContext, VendorInstance, VendorPlugin } from '../core/vendor.js'
import { classify } from './classify.js'
import { refuse, unauthorized } from './errors.js'
import { createFalFiles } from './files.js'
import { createPayloads, expireJob } from './payloads.js'
import { handlePlatform } from './platform.js'
import { createQueue } from './queue.js'
import { handleQueue, isFalJob } from './routes.js'
import type { FalSettings } from './settings.js'
import { defaultSettings, settingWords } from './settings.js'
import { createStorage } from './storage.js'
import { handleRun } from './sync.js'
import { createTokens } from './tokens.js'
import { createSigner } from './webhooks.js'

export type { FalSettings } from './settings.js'

export interface FalEndpoints {
  /** For https://queue.fal.run */
  readonly queueURL: string
  /** For https://fal.run */
  readonly syncURL: string
  /** For https://rest.fal.ai: storage, tokens, `/.well-known/jwks.json` */
  readonly restURL: string
  /** For https://api.fal.ai/v1 */
  readonly platformURL: string
  readonly apiKey: string
}

/** fal: queue, direct calls, storage, webhooks and the platform API, as documented and observed until 2026-11. */
export const fal: VendorPlugin<FalSettings, FalEndpoints> = {
  name: 'fal',
  defaultKey: () => 'emulator:emulator',
  settings: defaultSettings,
  settingWords,
  // No published times: a fast training runs for some minutes, a picture for a few seconds (assumed).
  durations: {
    fineTuneQueued: 5_000,
    fineTuneRunning: 240_000,
    fineTuneDeploying: 0,
    generationQueued: 500,
    generationRunning: 6_000,
  },
  publicOrigins: {
    'https://queue.fal.run': '/queue',
    'https://queue.falrun.com': '/queue',
    'https://fal.run': '/run',
    'https://falrun.com': '/run',
    'https://rest.fal.ai': '/rest',
    'https://rest.alpha.fal.ai': '/rest',
    'https://api.fal.ai': '',
  },
  endpoints: (origin, apiKey) => ({
    queueURL: `${origin}/queue`,
    syncURL: `${origin}/run`,
    restURL: `${origin}/rest`,
    platformURL: `${origin}/v1`,
    apiKey,
  }),
  classify,
  isAuthenticated: (line, apiKey) => line.headers.get('authorization') === `Key ${apiKey}`,
  refuse,
  create: createFal,
}

/** Needs no key: presigned uploads, public files, the key set, and the list of models. */
function isPublic({ path, method }: RequestLine): boolean {
  return (
    /^\/(upload|files)\//.test(path) ||
    path === '/rest/.well-known/jwks.json' ||
    path === '/v1/meta' ||
    (path === '/v1/models' && method === 'GET')
  )
}

function createFal(context: VendorContext<FalSettings>): VendorInstance {
  const files = createFalFiles(context)
  const signer = createSigner()
  const queue = createQueue(context, signer)
  const storage = createStorage(context, files)
  const tokens = createTokens(context.clock)
  const payloads = createPayloads(context, files)

  async function handle(request: ReceivedRequest): Promise<Response> {
    if (request.method === 'OPTIONS') return preflight()
    const token = request.query.get('fal_jwt_token')
    const allowed = request.authenticated || isPublic(request) || (token !== null && tokens.isValid(token))
    if (!allowed) return unauthorized(request)
    const [, host = '', ...rest] = request.path.split('/')
    const path = rest.map(decodeURIComponent).join('/')
    switch (host) {
      case 'queue':
        return await handleQueue(request, path, queue, context, files)
      case 'run':
        return await handleRun(request, path, queue, context, files)
      case 'rest':
        return handleRest(request, path)
      case 'upload':
        return await storage.upload(request, path)
      case 'files':
        return await storage.serve(request, path.replace(/^b\//, ''))
      case 'v1':
        return handlePlatform(request, path, context, payloads)
      default:
        return json({ detail: 'Not Found' }, 404)
    }
  }

  function handleRest(request: ReceivedRequest, path: string): Response {
    switch (path) {
      case 'storage/upload/initiate':
        return storage.initiate(request, false)
      case 'storage/upload/initiate-multipart':
        return storage.initiate(request, true)
      case 'tokens':
      case 'tokens/':
      case 'tokens/realtime':
        return tokens.issue(request)
      case '.well-known/jwks.json':
        return json(signer.jwks)
      default:
        return json({ detail: 'Not Found' }, 404)
    }
  }

  return {
    handle,
    expire(job) {
      if (isFalJob(job)) expireJob(job, context)
    },
    reset() {
      queue.reset()
      storage.reset()
      tokens.reset()
      payloads.reset()
    },
  }
}

function preflight(): Response {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
  }
  return new Response(null, { status: 204, headers })
}
