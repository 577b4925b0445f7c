import type { Session } from './session.js'

/** One check of the suite, as data: it can be registered with a test runner or run directly. */
export interface ConformanceCase {
  readonly group: string
  /** Unique within its group. */
  readonly title: string
  /** True where it also makes sense against a real vendor, which cannot be looked into. */
  readonly live: boolean
  /**
   * @throws an error that says what is wrong with the provider; {@link CaseSkipped} where the case does not apply to it
   */
  run(session: Session): Promise<void>
}

/** `group > title`, as reports and {@link KnownGap.test} write it. */
export function caseName({ group, title }: Pick<ConformanceCase, 'group' | 'title'>): string {
  return `${group} > ${title}`
}

/** The case does not apply to this provider. */
export class CaseSkipped extends Error {
  override readonly name = 'CaseSkipped'
}

/** Ends the case as skipped. */
export function skip(reason: string): never {
  throw new CaseSkipped(reason)
}

/** Collects the cases of a group. */
export function group(name: string) {
  const cases: ConformanceCase[] = []
  return {
    cases,
    /** A case that looks into the backend. */
    check(title: string, run: ConformanceCase['run']) {
      cases.push({ group: name, title, live: false, run })
    },
    /** A case that holds against a real vendor, too. */
    live(title: string, run: ConformanceCase['run']) {
      cases.push({ group: name, title, live: true, run })
    },
  }
}
