import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What this package reads of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: { readonly node?: string }
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** One source file: its path below the package's `src`, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One package of the workspace. */
export interface Package {
  readonly folder: string
  readonly manifest: Manifest
  readonly sources: readonly SourceFile[]
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function readPackage(folder: string): Package {
  const path = join(root, 'packages', folder)
  const source = join(path, 'src')
  return {
    folder,
    manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest,
    sources: filesBelow(source)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => ({ path: relative(source, file), text: readFileSync(file, 'utf8') })),
  }
}

/** Every package below `packages/`. */
export function readPackages(): Package[] {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map((entry) => readPackage(entry.name))
}

/** Whether a file is part of what is published, not a test or its helper. */
export function isPublished({ path }: SourceFile): boolean {
  return !/\.test\.ts$|(^|\/)test-[^/]*\.ts$/.test(path)
}

/** The modules that a text imports, statically or not. */
export function importsOf(text: string): string[] {
  const statements = /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'/g
  const calls = /\bimport\(\s*'([^']+)'\s*\)/g
  return [...text.matchAll(statements), ...text.matchAll(calls)].flatMap(([, one, other]) => one ?? other ?? [])
}

/** The text without its comments, for rules about code. */
export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/[^\n]*/g, '$1')
}
