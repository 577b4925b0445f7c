/** The value of a tag; `undefined` also where its name is one that every object has, such as `constructor`. */
export function tagOf(tags: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return tags !== undefined && Object.hasOwn(tags, name) ? tags[name] : undefined
}
