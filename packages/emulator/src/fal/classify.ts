import type { Operation } from '../core/types.js'
import type { Classification, RequestLine } from '../core/vendor.js'
import { appOf, isTrainerApp, models } from './models.js'
import { payloadsOf } from './payloads.js'
import { parseQueuePath } from './routes.js'

/** Training and generation share one protocol: the endpoint id tells them apart. */
export function classify(line: RequestLine): Classification {
  const [, host = '', ...rest] = line.path.split('/')
  const path = rest.join('/')
  switch (host) {
    case 'queue':
      return classifyQueue(line, path)
    case 'run':
      return { operation: isTraining(path) ? 'fine-tune.submit' : 'generation.submit', paid: line.method === 'POST' }
    case 'rest':
      return free(path.startsWith('storage/') ? 'upload' : 'other')
    case 'upload':
      return free('upload')
    case 'files':
      return free(path.endsWith('.safetensors') ? 'weights.download' : 'output.download')
    case 'v1':
      return free(classifyPlatform(line.method, path))
    default:
      return free('other')
  }
}

/** A request's address does not say what it was; pictures are deleted more often than models. */
function classifyPlatform(method: string, path: string): Operation {
  if (path.startsWith('models/requests/by-endpoint')) return 'generation.list'
  return method === 'DELETE' && payloadsOf(path) !== undefined ? 'generation.remove' : 'account'
}

function classifyQueue(line: RequestLine, path: string): Classification {
  const { endpointId, action } = parseQueuePath(path)
  const kind = isTraining(endpointId) ? 'fine-tune' : 'generation'
  switch (action) {
    case 'submit':
      return { operation: `${kind}.submit`, paid: line.method === 'POST' }
    case 'status':
    case 'status-stream':
      return free(`${kind}.status`)
    case 'result':
      return free(`${kind}.result`)
    case 'cancel':
      return free(`${kind}.cancel`)
    default:
      return action satisfies never
  }
}

function free(operation: Operation): Classification {
  return { operation, paid: false }
}

function isTraining(endpointId: string): boolean {
  return models.get(endpointId)?.kind === 'fine-tune' || isTrainerApp(appOf(endpointId))
}
