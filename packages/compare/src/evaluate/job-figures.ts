import { rateOf } from '../statistics/wilson.js'
import { clusterMean } from './cluster-mean.js'
import { clusterOf, durationOf, type PictureWork, type TrainingWork } from './evaluated-work.js'
import type { Figure } from './evaluation.js'
import { type Paid, paidInAll } from './money.js'
import type { RandomFor } from './random-for.js'
import type { RunMeasureName } from './run-measures.js'
import { counted, dollars } from './words.js'

type Figures = { readonly [Name in RunMeasureName]?: Figure }

const notMeasured = (message: string): Figure => ({ state: 'not-measured', message })

/** A share with Wilson's interval. */
export function shareOf(count: number, total: number, message: string): Figure {
  const rate = rateOf(count, total)
  if (rate === undefined) return notMeasured(message)
  return { state: 'measured', value: rate.rate, interval: rate.interval, count: total }
}

function meanOf(values: readonly number[], message: string): Figure {
  if (values.length === 0) return notMeasured(message)
  const value = values.reduce((sum, one) => sum + one, 0) / values.length
  return { state: 'measured', value, count: values.length }
}

/** Divides what was paid; where a part of it is unknown, says between what it lies, as far as that is known. */
function paidEach(paid: readonly Paid[], among: number, each: string): Figure {
  const sum = paidInAll(paid)
  if (sum.state === 'known') return { state: 'measured', value: sum.amount / among, count: among }
  const unknown = `the cost of ${paid.filter(({ state }) => state === 'unknown').length} of ${counted(paid.length, 'request')} is unknown`
  if (sum.most === undefined) return notMeasured(unknown)
  return notMeasured(`between ${dollars(sum.least / among)} and ${dollars(sum.most / among)} ${each}: ${unknown}`)
}

function pictureCost(pictures: readonly PictureWork[], randomFor: RandomFor): Figure {
  const came = pictures.filter(({ picture }) => picture.image !== undefined)
  if (came.length === 0) return notMeasured('no picture came')
  const known = came.flatMap(({ picture, paid }) =>
    paid.state === 'known' ? [{ cluster: clusterOf(picture), value: paid.amount }] : [],
  )
  if (known.length === came.length) return clusterMean(known, randomFor('picture-cost'), '')
  return paidEach(
    came.map(({ paid }) => paid),
    came.length,
    'a picture',
  )
}

function moneyFigures(
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
  randomFor: RandomFor,
): Figures {
  const usable = pictures.filter(({ picture }) => picture.usable === true).length
  const forPictures = pictures.filter(({ item }) => item.attempts > 0).map(({ paid }) => paid)
  const forTrainings = trainings.map(({ paid }) => paid)
  const each = (paid: readonly Paid[]) =>
    usable === 0 ? notMeasured('no picture is usable') : paidEach(paid, usable, 'a usable picture')
  const trained = forTrainings.length > 0
  const elsewhere = 'the subject was trained before this run'
  return {
    'picture-cost': pictureCost(pictures, randomFor),
    'usable-picture-cost': each(forPictures),
    'usable-picture-cost-with-training': trained ? each([...forPictures, ...forTrainings]) : notMeasured(elsewhere),
    'training-cost': trained ? paidEach(forTrainings, forTrainings.length, 'a training') : notMeasured(elsewhere),
  }
}

/** From the first request to the first and to the last picture that was kept. */
function wallClock(pictures: readonly PictureWork[]): Figures {
  const lines = pictures.flatMap(({ item }) => item.history)
  const times = (type: (typeof lines)[number]['type']) =>
    lines.filter((line) => line.type === type).map(({ at }) => Date.parse(at))
  const begun = times('intent').reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY)
  const kept = times('succeeded').sort((one, other) => one - other)
  const figure = (at: number | undefined) => meanOf(at === undefined ? [] : [at - begun], 'no picture came')
  return { 'first-picture': figure(kept[0]), 'last-picture': figure(kept.at(-1)) }
}

function timeFigures(
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
  randomFor: RandomFor,
): Figures {
  const came = pictures.filter(({ picture }) => picture.image !== undefined)
  const over = (name: RunMeasureName, time: (work: PictureWork) => number | undefined, missing: string) =>
    clusterMean(
      came.flatMap((work) => {
        const value = time(work)
        return value === undefined ? [] : [{ cluster: clusterOf(work.picture), value }]
      }),
      randomFor(name),
      came.length === 0 ? 'no picture came' : missing,
    )
  const continued = 'the run was stopped and continued while it waited'
  return {
    'training-time': meanOf(
      trainings
        .filter(({ training }) => training.state === 'succeeded')
        .flatMap(({ training }) => durationOf(training) ?? []),
      trainings.length === 0
        ? 'the subject was trained before this run'
        : 'no training was waited for from its beginning',
    ),
    'picture-time': over('picture-time', ({ picture }) => durationOf(picture), continued),
    'queue-time': over('queue-time', ({ picture }) => picture.times.queueMs, 'no job was seen at work'),
    'run-time': over(
      'run-time',
      ({ picture: { times } }) =>
        times.jobMs === undefined || times.queueMs === undefined ? undefined : times.jobMs - times.queueMs,
      'no job was seen at work',
    ),
    'download-time': over('download-time', ({ picture }) => picture.times.downloadMs, continued),
    ...wallClock(pictures),
  }
}

const neededAnotherTry = ({ item: { attempts, history } }: PictureWork) =>
  attempts > 1 || history.some((line) => line.type === 'accepted' && line.found)

function reliability(pictures: readonly PictureWork[]): Figures {
  const ended = pictures.filter(({ picture, settled }) => settled && picture.state !== 'not-made')
  const rate = (test: (work: PictureWork) => boolean) =>
    shareOf(ended.filter(test).length, ended.length, 'no picture was asked for')
  const settled = pictures.filter((work) => work.settled)
  return {
    usable: shareOf(
      settled.filter(({ picture }) => picture.usable === true).length,
      settled.length,
      'no picture was asked for',
    ),
    'failure-rate': rate(({ picture }) => picture.state === 'failed'),
    'block-rate': rate(({ picture }) => picture.state === 'failed' && picture.error?.kind === 'content-blocked'),
    'retry-rate': rate(neededAnotherTry),
    'unknown-rate': rate(({ picture }) => picture.state === 'unknown'),
  }
}

/** Money, time and reliability of one vendor, by the run's own records. */
export function jobFigures(
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
  randomFor: RandomFor,
): Figures {
  return {
    ...reliability(pictures),
    ...moneyFigures(pictures, trainings, randomFor),
    ...timeFigures(pictures, trainings, randomFor),
  }
}
