import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { LikenessError, type Portfolio } from '@likeness/core'
import { portfolioSchema } from '@likeness/core/schemas'
import { locateScorers } from '../score/plugins/settings.js'
import type { ComparisonPlan } from './schema.js'

async function readPortfolio(path: string, field: string): Promise<Portfolio> {
  const refuse = (message: string, cause: unknown) =>
    new LikenessError({
      kind: 'invalid-request',
      message: `${field} ${message}.`,
      fields: [{ field, message }],
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw refuse(`names a file that cannot be read as JSON (given: ${path})`, cause)
  }
  const { success, data, error } = portfolioSchema.safeParse(value)
  if (success) return data
  const wrong = error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')
  throw refuse(`names a file that is no portfolio (given: ${path}): ${wrong}`, error)
}

/** Paths begin where the plan lies; addresses stay. */
function located(image: string, folder: string): string {
  return /^https?:\/\//i.test(image) || isAbsolute(image) ? image : resolve(folder, image)
}

/**
 * The plan with what its paths lead to: portfolios are read, photos are named from the root.
 *
 * @param folder - where the plan file lies
 * @throws LikenessError `invalid-request` naming the portfolio that cannot be read
 */
export async function locatePlan(plan: ComparisonPlan, folder: string): Promise<ComparisonPlan> {
  const entries = Object.entries(plan.subjects).map(async ([key, subject]) => {
    const { portfolio, images, heldOut } = subject
    const read =
      typeof portfolio === 'string'
        ? await readPortfolio(located(portfolio, folder), `subjects.${key}.portfolio`)
        : portfolio
    return [
      key,
      {
        ...subject,
        ...(read && { portfolio: read }),
        ...(images && { images: images.map((image) => located(image, folder)) }),
        ...(heldOut && { heldOut: heldOut.map((image) => located(image, folder)) }),
      },
    ] as const
  })
  const scorers = locateScorers(plan.scorers, (path) => resolve(folder, path))
  return { ...plan, scorers, subjects: Object.fromEntries(await Promise.all(entries)) }
}
