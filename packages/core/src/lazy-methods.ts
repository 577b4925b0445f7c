import { lazy } from './lazy.js'

type Method = (...values: never[]) => Promise<unknown>

/** Names of the methods of `Target` that return promises. */
type AsyncNames<Target> = {
  [Name in keyof Target]-?: Target[Name] extends Method ? Name : never
}[keyof Target]

/**
 * Methods that load their implementation at the first call, so that making a provider imports nothing heavy:
 * `lazyMethods(() => import('./generate.js').then((m) => m.createGenerate(context)), ['start', 'status'])`.
 */
export function lazyMethods<Target extends object, Name extends AsyncNames<Target> & string>(
  load: () => Promise<Target>,
  names: readonly Name[],
): Pick<Target, Name> {
  const loaded = lazy(load)
  const entries = names.map((name) => [
    name,
    async (...values: unknown[]) => {
      const target = await loaded()
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') throw new TypeError(`${name} is not a method`)
      return Reflect.apply(method, target, values)
    },
  ])
  return Object.fromEntries(entries) as Pick<Target, Name>
}
