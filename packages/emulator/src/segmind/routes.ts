import type { Route } from '../core/route-table.js'
import { matchRoute } from '../core/route-table.js'
import type { RequestLine } from '../core/vendor.js'

/**
 * The hosts of Segmind, by path prefix: api.segmind.com has none, the others their own. Verbs are as documented and in
 * the official SDK: three reads are GET with a body.
 */
const routes = [
  {
    method: 'POST',
    path: '/finetune/request/submit',
    operation: 'fine-tune.submit',
    paid: true,
    action: 'submitFineTune',
  },
  {
    method: 'GET',
    path: '/finetune/request/details',
    operation: 'fine-tune.status',
    paid: false,
    action: 'showFineTune',
  },
  { method: 'GET', path: '/finetune/request/list', operation: 'fine-tune.list', paid: false, action: 'listFineTunes' },
  {
    method: 'GET',
    path: '/finetune/request/upload/pre-signed-url',
    operation: 'upload',
    paid: false,
    action: 'signUpload',
  },
  {
    method: 'PUT',
    path: '/finetune/request/access-update',
    operation: 'fine-tune.update',
    paid: false,
    action: 'updateAccess',
  },
  {
    method: 'GET',
    path: '/finetune/request/file/download',
    operation: 'weights.download',
    paid: false,
    action: 'signWeights',
  },
  { method: 'GET', path: '/v1/get-user-credits', operation: 'account', paid: false, action: 'showCredits' },
  {
    method: 'GET',
    path: '/v1/requests/:request',
    operation: 'generation.result',
    paid: false,
    action: 'pollGeneration',
  },
  {
    method: 'GET',
    path: '/v2/requests/:request/status',
    operation: 'generation.status',
    paid: false,
    action: 'showStatus',
  },
  { method: 'GET', path: '/v2/requests/:request', operation: 'generation.result', paid: false, action: 'showResult' },
  { method: 'POST', path: '/v1/:slug', operation: 'generation.submit', paid: true, action: 'generateNow' },
  { method: 'POST', path: '/v2/:slug', operation: 'generation.submit', paid: true, action: 'submitGeneration' },

  // api.spotprod.segmind.com
  { method: 'GET', path: '/spotprod/webhook/get', operation: 'webhook.register', paid: false, action: 'listWebhooks' },
  { method: 'POST', path: '/spotprod/webhook/add', operation: 'webhook.register', paid: false, action: 'addWebhook' },
  {
    method: 'POST',
    path: '/spotprod/webhook/update',
    operation: 'webhook.register',
    paid: false,
    action: 'updateWebhook',
  },
  {
    method: 'GET',
    path: '/spotprod/webhook/inactive',
    operation: 'webhook.register',
    paid: false,
    action: 'removeWebhook',
  },
  {
    method: 'GET',
    path: '/spotprod/webhook/dispatch-logs',
    operation: 'webhook.register',
    paid: false,
    action: 'listDispatches',
  },
  // workflows-api.segmind.com
  { method: 'POST', path: '/workflows-api/upload-asset', operation: 'upload', paid: false, action: 'uploadAsset' },

  // finetune-pipeline.s3.amazonaws.com, another bucket for weights, and images.segmind.com: public, signed where needed
  { method: 'PUT', path: '/finetune-pipeline/:key+', operation: 'upload', paid: false, action: 'putObject' },
  { method: 'GET', path: '/finetune-pipeline/:key+', operation: 'other', paid: false, action: 'getObject' },
  { method: 'GET', path: '/finetune-models/:key+', operation: 'weights.download', paid: false, action: 'getWeights' },
  { method: 'GET', path: '/images/:folder/:file', operation: 'output.download', paid: false, action: 'getImage' },
] as const satisfies readonly Route<string>[]

export type Action = (typeof routes)[number]['action']

/** Storage: access is by signature, or open to all. */
export const publicActions: readonly Action[] = ['putObject', 'getObject', 'getWeights', 'getImage']

export function findRoute(line: Pick<RequestLine, 'method' | 'path'>) {
  return matchRoute<Action>(routes, line)
}
