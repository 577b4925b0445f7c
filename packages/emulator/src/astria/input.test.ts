import { describe, expect, it } from 'vitest'
import type { FormField } from '../core/vendor.js'
import { listOf, ParameterError, readParameters, requireEntity } from './input.js'

const form = (...fields: [string, string][]) =>
  readParameters({
    type: 'form',
    encoding: 'multipart',
    fields: fields.map(([name, value]): FormField => ({ name, value })),
  })

describe('bracketed fields', () => {
  it('nest as Rails nests them', () => {
    expect(form(['tune[title]', 'a'], ['tune[image_urls][]', 'u1'], ['tune[image_urls][]', 'u2'])).toEqual({
      tune: { title: 'a', image_urls: ['u1', 'u2'] },
    })
  })

  it('begin a new list element when a field comes again', () => {
    const fields = form(
      ['tune[prompts_attributes][][text]', 'one'],
      ['tune[prompts_attributes][][seed]', '1'],
      ['tune[prompts_attributes][][text]', 'two'],
    )
    expect(fields).toEqual({ tune: { prompts_attributes: [{ text: 'one', seed: '1' }, { text: 'two' }] } })
  })

  it('may be numbered', () => {
    const { tune } = form(['tune[prompts_attributes][0][text]', 'one'], ['tune[prompts_attributes][1][text]', 'two'])
    expect(listOf((tune as Record<string, unknown>).prompts_attributes)).toEqual([{ text: 'one' }, { text: 'two' }])
  })

  it('are refused when one name is both a value and a group', () => {
    expect(() => form(['tune', 'text'], ['tune[title]', 'a'])).toThrow(ParameterError)
  })

  it('reach no prototype', () => {
    form(['__proto__[polluted]', 'yes'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

it('a missing entity is refused', () => {
  expect(() => requireEntity(readParameters({ type: 'json', value: { title: 'bare' } }), 'tune')).toThrow('tune')
})
