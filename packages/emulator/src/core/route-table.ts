import type { Classification, RequestLine } from './vendor.js'

/**
 * One line of a vendor's routing table. `path` is a list of segments; `:name` matches one segment, `:name+` the rest.
 * `action` names the handler, so that the table can be read (to classify) without any handler being there.
 */
export interface Route<Action extends string> extends Classification {
  readonly method: string
  readonly path: string
  readonly action: Action
}

export type RouteMatch<Action extends string> =
  | { readonly type: 'found'; readonly route: Route<Action>; readonly parameters: Readonly<Record<string, string>> }
  | { readonly type: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly type: 'not-found' }

/** The first route that fits. A path known only with other methods is `wrong-method`. HEAD is answered as GET. */
export function matchRoute<Action extends string>(
  routes: readonly Route<Action>[],
  { method, path }: Pick<RequestLine, 'method' | 'path'>,
): RouteMatch<Action> {
  const wanted = method === 'HEAD' ? 'GET' : method
  const allowed: string[] = []
  for (const route of routes) {
    const parameters = matchPath(route.path, path)
    if (parameters === undefined) continue
    if (route.method === wanted) return { type: 'found', route, parameters }
    allowed.push(route.method)
  }
  return allowed.length > 0 ? { type: 'wrong-method', allowed } : { type: 'not-found' }
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = segmentsOf(pattern)
  const given = segmentsOf(path)
  const parameters: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const value = given[index]
    if (value === undefined) return undefined
    if (segment.startsWith(':') && segment.endsWith('+')) {
      parameters[segment.slice(1, -1)] = given.slice(index).join('/')
      return parameters
    }
    if (segment.startsWith(':')) parameters[segment.slice(1)] = decode(value)
    else if (segment !== value) return undefined
  }
  return given.length === wanted.length ? parameters : undefined
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A stray percent sign is part of the name then.
    return segment
  }
}
