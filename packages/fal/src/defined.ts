/** A copy without the fields that are `undefined`, so that it is the same after a turn through JSON. */
export function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value
}
