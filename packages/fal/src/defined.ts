/** A copy without the fields that are `undefined`, so that it is the same after a turn through JSON. */
export function defined<Value extends object>(value: Value): Value {
  const copy: Partial<Value> = {}
  for (const name in value) if (value[name] !== undefined) copy[name] = value[name]
  return copy as Value
}
