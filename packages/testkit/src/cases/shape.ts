import assert from 'node:assert/strict'
import { group } from '../case.js'

const { cases, live } = group('shape')

live('names itself and the version of the contract', async ({ provider }) => {
  assert.equal(provider.specificationVersion, 'v1')
  assert.match(provider.id, /^\S+$/, 'Provider.id must be one word')
})

/** What a provider is, before any request. */
export const shapeCases = cases
