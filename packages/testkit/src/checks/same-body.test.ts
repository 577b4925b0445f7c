import { expect, it } from 'vitest'
import { differences } from './same-body.js'

it('finds every place in which two bodies differ', () => {
  const sent = { prompt: 'a', n: 1, images: ['x', 'y'], nested: { on: true } }
  expect(differences(sent, { ...sent })).toEqual([])
  expect(differences(sent, { ...sent, n: 2 })).toEqual(['body.n'])
  expect(differences(sent, { ...sent, more: 1 })).toEqual(['body.more'])
  expect(differences({ ...sent, less: 1 }, sent)).toEqual(['body.less'])
  expect(differences(sent, { ...sent, images: ['x'] })).toEqual(['body.images.1'])
  expect(differences(sent, { ...sent, nested: {} })).toEqual(['body.nested.on'])
  expect(differences([['a', 'b']], [['a', 'c']])).toEqual(['body.0.1'])
  expect(differences(sent, undefined)).toEqual(['body'])
  expect(differences({ n: '1' }, { n: 1 })).toEqual(['body.n'])
})

it('lets a placeholder stand for anything that is there', () => {
  expect(differences({ a: '<upload: x.zip>' }, { a: 'https://x' })).toEqual([])
  expect(differences({ a: '<file: x.png>' }, { a: '[file x.png]' })).toEqual([])
  expect(differences({ a: '<upload: x.zip>' }, {})).toEqual(['body.a'])
  expect(differences({ a: 'see <upload: x.zip>.' }, { a: 'see https://x.' })).toEqual([])
  expect(differences({ a: 'see <upload: x.zip>.' }, { a: 'look at https://x.' })).toEqual(['body.a'])
  expect(differences({ a: '<lora:1:0.9> {x}' }, { a: '<lora:2:0.9> {x}' })).toEqual(['body.a'])
  expect(differences(null, undefined)).toEqual([])
})
