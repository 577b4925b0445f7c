import { describe, expect, it, vi } from 'vitest'
import { lazy } from './lazy.js'
import { lazyMethods } from './lazy-methods.js'
import { unsupported } from './unsupported-method.js'

describe('unsupported', () => {
  it('makes a method that rejects', async () => {
    const cancel = unsupported('acme', 'fine-tune.cancel', 'Trainings run to their end.')
    await expect(cancel({ id: 1 }, {})).rejects.toMatchObject({
      kind: 'unsupported',
      retry: 'elsewhere',
      provider: 'acme',
      operation: 'fine-tune.cancel',
      hint: 'Trainings run to their end.',
    })
  })
})

describe('lazy', () => {
  it('makes its value once', async () => {
    const make = vi.fn(async () => ({}))
    const get = lazy(make)
    expect(make).not.toHaveBeenCalled()
    expect(await get()).toBe(await get())
    expect(make).toHaveBeenCalledTimes(1)
  })

  it('tries again after a failure', async () => {
    const make = vi.fn().mockRejectedValueOnce(new Error('disk')).mockResolvedValue(1)
    const get = lazy(make)
    await expect(get()).rejects.toThrow('disk')
    expect(await get()).toBe(1)
  })
})

describe('lazyMethods', () => {
  class Target {
    readonly #prefix = 'hello'
    async greet(name: string) {
      return `${this.#prefix} ${name}`
    }
    async fail() {
      throw new Error('no')
    }
  }

  it('load at the first call, once, and keep this and the arguments', async () => {
    const load = vi.fn(async () => new Target())
    const methods = lazyMethods(load, ['greet', 'fail'])
    expect(load).not.toHaveBeenCalled()
    expect(await methods.greet('you')).toBe('hello you')
    await expect(methods.fail()).rejects.toThrow('no')
    expect(load).toHaveBeenCalledTimes(1)
  })
})
