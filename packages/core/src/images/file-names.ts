import { extname } from 'node:path'
import { imageExtensions } from './sniff.js'

/** The given name with an extension that tells the truth; vendors go by it. */
export function fileName(name: string | undefined, index: number, mediaType: string): string {
  const given = (name ?? `image-${index + 1}`).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
  const extension = extname(given).slice(1).toLowerCase()
  const wanted = imageExtensions(mediaType)
  if (wanted.includes(extension)) return given
  return `${extension === '' ? given : given.slice(0, -extension.length - 1)}.${wanted[0] ?? 'bin'}`
}

/** The names, numbered where they would be the same. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const extension = extname(name)
    const stem = name.slice(0, name.length - extension.length)
    let candidate = name
    // Stems must differ as well, not only names: captions are paired with images by stem.
    const key = (value: string) => value.slice(0, value.length - extname(value).length).toLowerCase()
    for (let count = 2; taken.has(key(candidate)); count += 1) candidate = `${stem}-${count}${extension}`
    taken.add(key(candidate))
    return candidate
  })
}
