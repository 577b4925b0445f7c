import { pathToFileURL } from 'node:url'
import type { LanguageModelMiddleware } from 'ai'
import {
  answerSchemas,
  type JudgeAnswer,
  type JudgeQuestion,
  judgeInstructions,
  judgePrompt,
  readAnswer,
} from './judge-question.js'
import { missingPackage } from './missing-package.js'
import type { JudgeSettings } from './settings.js'

/** What came of a question. */
export type Judged =
  | { readonly state: 'answered'; readonly answer: JudgeAnswer }
  | { readonly state: 'not-answered'; readonly message: string }

/** A judge that can be asked. */
export interface Judge {
  readonly state: 'ready'
  /** What it is called in a report: provider and model. */
  readonly name: string
  ask(question: JudgeQuestion): Promise<Judged>
}

/** Counts requests that are paid for. */
export interface SpendingLimit {
  /** Takes the cost of one request from what is left; false where not enough is. */
  reserve(): boolean
}

type Library = Pick<typeof import('ai'), 'gateway' | 'generateText' | 'Output' | 'wrapLanguageModel'>

/** What a judge comes from; tests put others in. */
export interface JudgeSources {
  /** The AI SDK; `undefined` where it is not installed. */
  readonly library: () => Promise<Library | undefined>
  /** What a module of the user's exports as its default. */
  readonly module: (path: string) => Promise<unknown>
  readonly environment: Readonly<Record<string, string | undefined>>
}

const installed: JudgeSources['library'] = async () => {
  try {
    return await import('ai')
  } catch (error) {
    if (missingPackage(error, 'ai')) return undefined
    throw error
  }
}

export const judgeSources: JudgeSources = {
  library: installed,
  module: async (path) => {
    const loaded: unknown = await import(pathToFileURL(path).href)
    return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  },
  environment: process.env,
}

type Model = Parameters<Library['wrapLanguageModel']>[0]['model']

function isModel(value: unknown): value is Model {
  return (
    typeof value === 'object' &&
    value !== null &&
    'specificationVersion' in value &&
    'modelId' in value &&
    typeof value.modelId === 'string' &&
    'provider' in value &&
    typeof value.provider === 'string' &&
    'doGenerate' in value &&
    typeof value.doGenerate === 'function'
  )
}

/** The model that the settings name, or what to do so that there is one. */
async function modelOf(settings: JudgeSettings, library: Library, sources: JudgeSources): Promise<Model | string> {
  const { module, model } = settings
  if (module !== undefined) {
    const given = await sources.module(module)
    return isModel(given) ? given : `${module} must export a language model of the AI SDK as its default.`
  }
  const { AI_GATEWAY_API_KEY: key, VERCEL_OIDC_TOKEN: token } = sources.environment
  if (!key && !token) {
    return 'set AI_GATEWAY_API_KEY, or name a module whose default export is a language model with its own key.'
  }
  return library.gateway(model ?? '')
}

class LimitReached extends Error {
  override readonly name = 'LimitReached'
}

/** Stands below the retries, so that each request counts that leaves. */
function limiting({ reserve }: SpendingLimit): LanguageModelMiddleware {
  return {
    specificationVersion: 'v4',
    wrapGenerate: ({ doGenerate }) => {
      if (!reserve()) throw new LimitReached()
      return doGenerate()
    },
  }
}

function statusOf(error: Error): string {
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? ` (status ${error.statusCode})` : ''
  return `${error.name}${status}`
}

/** A vendor's own words stay out of it: they may repeat a key. */
function notAnswered(error: unknown): Judged {
  if (!(error instanceof Error)) throw error
  const last = 'lastError' in error && error.lastError instanceof Error ? error.lastError : error
  if (last instanceof LimitReached) {
    const message = 'The limit of scorers.judge.limitUSD is reached; nothing was sent.'
    return { state: 'not-answered', message }
  }
  return { state: 'not-answered', message: `The judge gave no answer: ${statusOf(last)}.` }
}

const unreadable: Judged = {
  state: 'not-answered',
  message: 'The judge answered something else than numbers from 0 to 1.',
}

/** How long one request may take, in milliseconds. */
const patience = 120_000

/**
 * Opens the model that judges. Sends nothing.
 *
 * @returns a sentence that says what to do, where there is none
 */
export async function openJudge(
  settings: JudgeSettings,
  limit: SpendingLimit,
  sources: JudgeSources,
): Promise<Judge | string> {
  const library = await sources.library()
  if (library === undefined) return 'add the package ai, the AI SDK, to your project.'
  const { generateText, Output, wrapLanguageModel } = library
  const given = await modelOf(settings, library, sources)
  if (typeof given === 'string') return given
  const model = wrapLanguageModel({ model: given, middleware: limiting(limit) })
  return {
    state: 'ready',
    name: `${given.provider}/${given.modelId}`,
    ask: async (question) => {
      const images = [...question.photos, question.picture]
      try {
        const { output } = await generateText({
          model,
          instructions: judgeInstructions(question),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: judgePrompt(question) },
                ...images.map((data) => ({ type: 'file' as const, data, mediaType: 'image/jpeg' })),
              ],
            },
          ],
          output: Output.object<unknown>({
            schema: question.photos.length > 0 ? answerSchemas.withPhotos : answerSchemas.withoutPhotos,
          }),
          timeout: patience,
        })
        const answer = readAnswer(output)
        return answer === undefined ? unreadable : { state: 'answered', answer }
      } catch (error) {
        return notAnswered(error)
      }
    },
  }
}
