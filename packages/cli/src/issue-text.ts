import type * as z from 'zod'

const shapes: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must hold options by name',
  record: 'must hold entries by name',
}

/** What zod says where a schema has no words of its own for it. */
const unworded = /^(?:Invalid|Too small|Too big)\b/

/** What is wrong, in the words of the schema, else in those that all messages here use. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (!unworded.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return shapes[issue.expected] ?? issue.message
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'invalid_key':
    case 'invalid_element': {
      const [inner] = issue.issues
      return inner === undefined ? issue.message : issueText(inner)
    }
    default:
      return issue.message
  }
}

/** The value at a path, if there is one. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let found = root
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined
  return found
}

/** A value that can be quoted in a message; whoever asks sees to it that it is no secret. */
export function quoted(value: unknown): string {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return plain ? ` (given: ${JSON.stringify(value).slice(0, 80)})` : ''
}
