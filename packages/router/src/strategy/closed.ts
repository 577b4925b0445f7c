import * as z from 'zod'

/** An object that takes these keys and no others, and says which when it is given another. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `unknown option; allowed are ${keys}` : `must be { ${keys} }`),
  })
}

/** zod reports unknown keys at the object that has them; here each is reported at its own path, as all else is. */
export function flattened(issues: readonly z.core.$ZodIssue[]) {
  return issues.flatMap(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...path, key], message }))
      : [{ path: [...path], message }],
  )
}
