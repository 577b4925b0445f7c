import assert from 'node:assert/strict'

/** Fails where `JSON.parse(JSON.stringify(value))` would lose or change anything. A field that is `undefined` is absent. */
export function assertPlainJson(value: unknown, path: string): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return
    case 'number':
      assert.ok(Number.isFinite(value), `${path} is ${value}, which JSON cannot hold`)
      return
    case 'object':
      break
    default:
      assert.fail(`${path} is a ${typeof value}, which JSON cannot hold`)
  }
  if (value === null) return
  if (!Array.isArray(value)) {
    const prototype: unknown = Object.getPrototypeOf(value)
    assert.ok(prototype === Object.prototype || prototype === null, `${path} is no plain object`)
  }
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) assertPlainJson(item, `${path}.${key}`)
    else assert.ok(!Array.isArray(value), `${path}.${key} is undefined, which becomes null in a list`)
  }
}
