import { clusterMean, fromZero } from './cluster-mean.js'
import { clusterOf, durationOf, type PictureWork, type TrainingWork } from './evaluated-work.js'
import type { Figure } from './evaluation.js'
import { notMeasuredFigure } from './figure.js'
import type { RandomFor } from './random-for.js'
import type { RunMeasureName } from './run-measures.js'

type TimeFigure = Extract<RunMeasureName, `${string}-time` | 'first-picture' | 'last-picture'>

function meanOf(values: readonly number[], message: string): Figure {
  if (values.length === 0) return notMeasuredFigure(message)
  const value = values.reduce((sum, one) => sum + one, 0) / values.length
  return { state: 'measured', value, count: values.length }
}

/** From the first request to the first and to the last picture that was kept. */
function wallClock(pictures: readonly PictureWork[]): Readonly<Record<'first-picture' | 'last-picture', Figure>> {
  const lines = pictures.flatMap(({ item }) => item.history)
  const times = (type: (typeof lines)[number]['type']) =>
    lines.filter((line) => line.type === type).map(({ at }) => Date.parse(at))
  const begun = times('intent').reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY)
  const kept = times('succeeded').sort((one, other) => one - other)
  const figure = (at: number | undefined) => meanOf(at === undefined ? [] : [at - begun], 'no picture came')
  return { 'first-picture': figure(kept[0]), 'last-picture': figure(kept.at(-1)) }
}

/** How long the pictures and trainings of one vendor took. */
export function timeFigures(
  pictures: readonly PictureWork[],
  trainings: readonly TrainingWork[],
  randomFor: RandomFor,
): Readonly<Record<TimeFigure, Figure>> {
  const came = pictures.filter(({ picture }) => picture.image !== undefined)
  const over = (name: RunMeasureName, time: (work: PictureWork) => number | undefined, missing: string) =>
    clusterMean(
      came.flatMap((work) => {
        const value = time(work)
        return value === undefined ? [] : [{ cluster: clusterOf(work.picture), value }]
      }),
      randomFor(name),
      came.length === 0 ? 'no picture came' : missing,
      fromZero,
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
