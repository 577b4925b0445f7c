import type { Route } from '../core/route-table.js'
import { matchRoute } from '../core/route-table.js'
import type { RequestLine } from '../core/vendor.js'

/** Ruby on Rails' routes, as documented or seen in use (2024 to 2026). `.json` behind an id is allowed everywhere. */
const routes = [
  { method: 'POST', path: '/tunes', operation: 'fine-tune.submit', paid: true, action: 'createTune' },
  { method: 'GET', path: '/tunes', operation: 'fine-tune.list', paid: false, action: 'listTunes' },
  { method: 'GET', path: '/tunes/:tune', operation: 'fine-tune.status', paid: false, action: 'showTune' },
  { method: 'PATCH', path: '/tunes/:tune', operation: 'fine-tune.update', paid: false, action: 'updateTune' },
  { method: 'PUT', path: '/tunes/:tune', operation: 'fine-tune.update', paid: false, action: 'updateTune' },
  { method: 'DELETE', path: '/tunes/:tune', operation: 'fine-tune.remove', paid: false, action: 'removeTune' },
  { method: 'POST', path: '/tunes/:tune/prompts', operation: 'generation.submit', paid: true, action: 'createPrompt' },
  { method: 'GET', path: '/tunes/:tune/prompts', operation: 'generation.list', paid: false, action: 'listPrompts' },
  { method: 'GET', path: '/prompts', operation: 'generation.list', paid: false, action: 'listPrompts' },
  {
    method: 'GET',
    path: '/tunes/:tune/prompts/:prompt',
    operation: 'generation.status',
    paid: false,
    action: 'showPrompt',
  },
  { method: 'GET', path: '/prompts/:prompt', operation: 'generation.status', paid: false, action: 'showPrompt' },
  { method: 'PATCH', path: '/tunes/:tune/prompts/:prompt', operation: 'other', paid: false, action: 'updatePrompt' },
  { method: 'PATCH', path: '/prompts/:prompt', operation: 'other', paid: false, action: 'updatePrompt' },
  {
    method: 'DELETE',
    path: '/tunes/:tune/prompts/:prompt',
    operation: 'generation.remove',
    paid: false,
    action: 'removePrompt',
  },
  { method: 'DELETE', path: '/prompts/:prompt', operation: 'generation.remove', paid: false, action: 'removePrompt' },
  {
    method: 'POST',
    path: '/prompts/:prompt/duplicate',
    operation: 'generation.submit',
    paid: true,
    action: 'duplicatePrompt',
  },
  { method: 'POST', path: '/prompts/:prompt/likes', operation: 'other', paid: false, action: 'likePrompt' },
  { method: 'POST', path: '/prompts/:prompt/like', operation: 'other', paid: false, action: 'likePrompt' },
  { method: 'GET', path: '/users', operation: 'account', paid: false, action: 'showAccount' },
  { method: 'GET', path: '/gallery/tunes', operation: 'other', paid: false, action: 'listGalleryTunes' },
  { method: 'GET', path: '/packs', operation: 'other', paid: false, action: 'listPacks' },
  { method: 'GET', path: '/gallery/packs', operation: 'other', paid: false, action: 'listPacks' },
  { method: 'GET', path: '/p/:pack', operation: 'other', paid: false, action: 'showPack' },
  { method: 'POST', path: '/p/:pack/tunes', operation: 'fine-tune.submit', paid: true, action: 'runPack' },
  { method: 'GET', path: '/mp/:file', operation: 'output.download', paid: false, action: 'redirectToFile' },
  { method: 'GET', path: '/storage/:file', operation: 'output.download', paid: false, action: 'readFile' },
] as const satisfies readonly Route<string>[]

export type Action = (typeof routes)[number]['action']

/** Public addresses; everything else needs the key. */
export const publicActions: readonly Action[] = ['redirectToFile', 'readFile']

export function findRoute(line: Pick<RequestLine, 'method' | 'path'>) {
  return matchRoute<Action>(routes, { method: line.method, path: line.path.replace(/\.json$/, '') })
}
