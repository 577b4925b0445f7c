import type { PictureWork, TrainingWork } from './evaluated-work.js'
import type { Figure } from './evaluation.js'
import { shareFigure } from './figure.js'
import { moneyFigures } from './money-figures.js'
import type { RandomFor } from './random-for.js'
import type { RunMeasureName } from './run-measures.js'
import { timeFigures } from './time-figures.js'

type Reliability = Extract<RunMeasureName, 'usable' | `${string}-rate`>

const neededAnotherTry = ({ item: { attempts, history } }: PictureWork) =>
  attempts > 1 || history.some((line) => line.type === 'accepted' && line.found)

function reliability(pictures: readonly PictureWork[]): Readonly<Record<Reliability, Figure>> {
  const ended = pictures.filter(({ picture, settled }) => settled && picture.state !== 'not-made')
  const rate = (test: (work: PictureWork) => boolean) =>
    shareFigure(ended.filter(test).length, ended.length, 'no picture was asked for')
  const settled = pictures.filter((work) => work.settled)
  return {
    usable: shareFigure(
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
): Readonly<Partial<Record<RunMeasureName, Figure>>> {
  return {
    ...reliability(pictures),
    ...moneyFigures(pictures, trainings, randomFor),
    ...timeFigures(pictures, trainings, randomFor),
  }
}
