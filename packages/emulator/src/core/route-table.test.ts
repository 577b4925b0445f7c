import { expect, it } from 'vitest'
import type { Route } from './route-table.js'
import { matchRoute } from './route-table.js'

const routes = [
  { method: 'GET', path: '/a/fixed', operation: 'other', paid: false, action: 'fixed' },
  { method: 'GET', path: '/a/:id', operation: 'other', paid: false, action: 'one' },
  { method: 'POST', path: '/a/:id', operation: 'other', paid: true, action: 'post' },
  { method: 'GET', path: '/files/:key+', operation: 'other', paid: false, action: 'file' },
] as const satisfies readonly Route<string>[]

const match = (method: string, path: string) => {
  const found = matchRoute(routes, { method, path })
  return found.type === 'found' ? [found.route.action, found.parameters] : found
}

it('takes the first route that fits', () => {
  expect(match('GET', '/a/fixed')).toEqual(['fixed', {}])
  expect(match('GET', '/a/x%20y/')).toEqual(['one', { id: 'x y' }])
  expect(match('HEAD', '/a/7')).toEqual(['one', { id: '7' }])
  expect(match('GET', '/files/deep/er.zip')).toEqual(['file', { key: 'deep/er.zip' }])
})

it('tells a wrong verb from a wrong path', () => {
  expect(match('PUT', '/a/7')).toEqual({ type: 'wrong-method', allowed: ['GET', 'POST'] })
  expect(match('GET', '/a/7/b')).toEqual({ type: 'not-found' })
  expect(match('GET', '/files')).toEqual({ type: 'not-found' })
})
