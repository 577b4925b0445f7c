import { access } from 'node:fs/promises'
import {
  addModel,
  createPortfolio,
  type FineTunedModel,
  LikenessError,
  type Portfolio,
  type Subject,
} from '@likeness/core'
import { portfolioSchema } from '@likeness/core/schemas'
import { readJsonFile } from './read-json-file.js'
import { writeJsonFile } from './write-file.js'

/** `alice.portfolio.json` for a subject called Alice. */
export function portfolioFileName({ name, className }: Subject): string {
  const words = (name ?? className).normalize('NFC').toLowerCase()
  const stem = words.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '')
  return `${stem === '' ? 'subject' : stem}.portfolio.json`
}

/** @throws LikenessError `invalid-request` when there is no such file, or it is no portfolio */
export function readPortfolio(path: string): Promise<Portfolio> {
  return readJsonFile(path, portfolioSchema, 'portfolio')
}

/**
 * The portfolio in a file, or `undefined` where there is no file yet.
 *
 * @throws LikenessError `invalid-request` when the file holds another subject's models
 */
export async function readPortfolioOf(path: string, subject: Subject): Promise<Portfolio | undefined> {
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (!exists) return undefined
  const portfolio = await readPortfolio(path)
  if (portfolio.subject.className === subject.className) return portfolio
  throw new LikenessError({
    kind: 'invalid-request',
    message: `${path} is the portfolio of a ${portfolio.subject.className}, not of a ${subject.className}.`,
    fields: [{ field: 'subject', message: `must be ${portfolio.subject.className} to add to this portfolio` }],
    hint: 'Name another file with --portfolio, or another subject with --name.',
  })
}

/** Writes change the file one after another, so that trainings that end together all get in. */
let writing: Promise<unknown> = Promise.resolve()

/** Changes a portfolio file as it stands at that moment, creating it for `subject` where there is none. */
export function updatePortfolio(
  path: string,
  subject: Subject,
  change: (portfolio: Portfolio) => Portfolio,
): Promise<Portfolio> {
  const update = writing.then(async () => {
    const portfolio = change((await readPortfolioOf(path, subject)) ?? createPortfolio(subject))
    writeJsonFile(path, portfolio)
    return portfolio
  })
  writing = update.catch(() => {})
  return update
}

/** Adds a trained model to a portfolio file. */
export function addToPortfolio(path: string, model: FineTunedModel): Promise<Portfolio> {
  return updatePortfolio(path, model.subject, (portfolio) => addModel(portfolio, model))
}
