const LONGEST_STEM = 80

function split(name: string): { stem: string; extension: string } {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const dot = base.lastIndexOf('.')
  return dot > 0 ? { stem: base.slice(0, dot), extension: base.slice(dot) } : { stem: base, extension: '' }
}

function clean(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
}

/**
 * Names that are safe inside an archive, in the same order: without folders, control characters and white space, and
 * with stems that differ (also on file systems that ignore case), so that a caption may lie beside each image under its
 * stem.
 */
export function safeFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name, index) => {
    const { stem, extension } = split(name)
    const wanted = clean(stem).slice(0, LONGEST_STEM) || `file-${index + 1}`
    let unique = wanted
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${wanted}-${n}`
    taken.add(unique.toLowerCase())
    const ending = clean(extension)
    return ending === '' ? unique : `${unique}.${ending}`
  })
}
