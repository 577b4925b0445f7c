import { bootstrapMean } from '../statistics/bootstrap.js'
import type { Interval } from '../statistics/interval.js'
import type { Random } from '../statistics/random.js'
import { clusterMean, fromZero } from './cluster-mean.js'
import { clusterOf, type PictureWork, type TrainingWork } from './evaluated-work.js'
import type { Figure } from './evaluation.js'
import { notMeasuredFigure } from './figure.js'
import { type Paid, paidInAll } from './money.js'
import type { RandomFor } from './random-for.js'
import type { RunMeasureName } from './run-measures.js'
import { counted, dollars } from './words.js'

type MoneyFigure = Extract<
  RunMeasureName,
  'picture-cost' | 'usable-picture-cost' | 'usable-picture-cost-with-training' | 'training-cost'
>

/** Divides what was paid; where a part of it is unknown, says between what it lies, as far as that is known. */
function paidEach(paid: readonly Paid[], among: number): Figure {
  const sum = paidInAll(paid)
  if (sum.state === 'known') return { state: 'measured', value: sum.amount / among, count: among }
  const unknown = `the cost of ${paid.filter(({ state }) => state === 'unknown').length} of ${counted(paid.length, 'request')} is unknown`
  if (sum.most === undefined) return notMeasuredFigure(unknown)
  const [low, high] = [sum.least / among, sum.most / among]
  return { ...notMeasuredFigure(`between ${dollars(low)} and ${dollars(high)}: ${unknown}`), between: { low, high } }
}

function pictureCost(pictures: readonly PictureWork[], randomFor: RandomFor): Figure {
  const came = pictures.filter(({ picture }) => picture.image !== undefined)
  if (came.length === 0) return notMeasuredFigure('no picture came')
  const known = came.flatMap(({ picture, paid }) =>
    paid.state === 'known' ? [{ cluster: clusterOf(picture), value: paid.amount }] : [],
  )
  if (known.length === came.length) return clusterMean(known, randomFor('picture-cost'), '', fromZero)
  return paidEach(
    came.map(({ paid }) => paid),
    came.length,
  )
}

/** Fewer prompts than these say next to nothing of a quotient. */
const fewestPrompts = 6
const resamples = 4_999

/**
 * Interval of what a usable picture costs, by way of its inverse, usable pictures for the money: that one is nearly linear in
 * what happens at each prompt, so that its interval is a mean's. Whole prompts are drawn as everywhere.
 *
 * @returns nothing where prompts are alike or too few, or so few pictures are usable that there is no upper end
 */
function quotientInterval(pictures: readonly PictureWork[], each: number, random: Random): Interval | undefined {
  const prompts = [...Map.groupBy(pictures, ({ picture }) => clusterOf(picture)).values()].map((group) => ({
    cost: group.reduce((sum, { paid }) => sum + (paid.state === 'known' ? paid.amount : 0), 0),
    usable: group.filter(({ picture }) => picture.usable === true).length,
  }))
  const alike = prompts.every(({ cost, usable }) => cost === prompts[0]?.cost && usable === prompts[0]?.usable)
  if (each === 0 || alike || prompts.length < fewestPrompts) return undefined
  const cost = prompts.reduce((sum, prompt) => sum + prompt.cost, 0) / prompts.length
  const values = prompts.map((prompt) => 1 / each + (prompt.usable - prompt.cost / each) / cost)
  const { low, high, confidence } = bootstrapMean(values, random, resamples).interval(0.95)
  return low > 0 ? { low: 1 / high, high: 1 / low, confidence } : undefined
}

function usablePictureCost(pictures: readonly PictureWork[], usable: number, random: Random): Figure {
  const figure = paidEach(
    pictures.filter(({ item }) => item.attempts > 0).map(({ paid }) => paid),
    usable,
  )
  if (figure.state === 'not-measured') return figure
  const interval = quotientInterval(pictures, figure.value, random)
  return { ...figure, ...(interval !== undefined && { interval }) }
}

/** What the pictures and trainings of one vendor cost. */
export function moneyFigures(
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
  randomFor: RandomFor,
): Readonly<Record<MoneyFigure, Figure>> {
  const usable = pictures.filter(({ picture }) => picture.usable === true).length
  const none = notMeasuredFigure('no picture is usable')
  const elsewhere = notMeasuredFigure('the subject was trained before this run')
  const forTrainings = trainings.map(({ paid }) => paid)
  const all = [...pictures.filter(({ item }) => item.attempts > 0).map(({ paid }) => paid), ...forTrainings]
  const trained = forTrainings.length > 0
  return {
    'picture-cost': pictureCost(pictures, randomFor),
    'usable-picture-cost': usable === 0 ? none : usablePictureCost(pictures, usable, randomFor('usable-picture-cost')),
    'usable-picture-cost-with-training': !trained ? elsewhere : usable === 0 ? none : paidEach(all, usable),
    'training-cost': trained ? paidEach(forTrainings, forTrainings.length) : elsewhere,
  }
}
