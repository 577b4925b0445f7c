import { leakageMeasure } from '../pixels/leakage.js'
import { nearDuplicateMeasure } from '../pixels/near-duplicates.js'
import type { ReportedMeasure } from './evaluation.js'

const nanoUSD = 'nano-USD'
const milliseconds = 'ms'
const share = 'share, 0 to 1'

/** What the records of a run tell of money, time and reliability, in the order in which it is shown. */
export const runMeasures = [
  {
    name: 'usable',
    title: 'Usable pictures',
    unit: share,
    direction: 'higher',
    of: 'picture',
    meaning:
      'Share of the pictures asked for that came, can be decoded, have the size asked for, are no copy of a training photo ' +
      'and, where likeness was scored, are like enough by the plan.',
    notMeaning: 'Not what a person would publish: nobody looked at them.',
  },
  {
    name: 'picture-cost',
    title: 'Cost per picture',
    unit: nanoUSD,
    direction: 'lower',
    of: 'picture',
    meaning: 'What a picture that came was charged with, all requests for it together; the mean over the prompts.',
    notMeaning: 'Not the training, and not what failed.',
  },
  {
    name: 'usable-picture-cost',
    title: 'Cost per usable picture',
    unit: nanoUSD,
    direction: 'lower',
    of: 'job',
    meaning: 'All that was paid for pictures, failed and unusable ones too, divided by the usable pictures.',
    notMeaning: 'Not the training; and usable as the plan defines it, not as a person would.',
  },
  {
    name: 'usable-picture-cost-with-training',
    title: 'Cost per usable picture, training spread',
    unit: nanoUSD,
    direction: 'lower',
    of: 'job',
    meaning: 'The same, with what was paid for the training spread over the usable pictures of this run.',
    notMeaning:
      'Not what it comes to with more pictures: the more are made, the less the training counts. A training that several ' +
      'entries share counts in full at each.',
  },
  {
    name: 'training-cost',
    title: 'Cost of a training',
    unit: nanoUSD,
    direction: 'lower',
    of: 'job',
    meaning: 'What was paid for a training, failed requests for it included; the mean over the subjects.',
    notMeaning: 'Not what keeping the model costs later.',
  },
  {
    name: 'training-time',
    title: 'Time of a training',
    unit: milliseconds,
    direction: 'lower',
    of: 'job',
    meaning: 'From the request until its end was noticed; the mean over the subjects.',
    notMeaning: 'Not the work alone: the queue of that day and the pace of asking are in it.',
  },
  {
    name: 'picture-time',
    title: 'Time per picture',
    unit: milliseconds,
    direction: 'lower',
    of: 'picture',
    meaning: 'From the request to the last byte of the picture; the mean over the prompts.',
    notMeaning: 'Not the time of another day or hour: the queue is in it.',
  },
  {
    name: 'queue-time',
    title: 'In the queue',
    unit: milliseconds,
    direction: 'lower',
    of: 'picture',
    meaning: 'From acceptance until the job was first seen at work.',
    notMeaning: 'Nothing where a vendor never says that it is at work; no finer than the pace of asking.',
  },
  {
    name: 'run-time',
    title: 'At work',
    unit: milliseconds,
    direction: 'lower',
    of: 'picture',
    meaning: 'From when the job was first seen at work until its end was noticed.',
    notMeaning: 'No finer than the pace of asking.',
  },
  {
    name: 'download-time',
    title: 'Download',
    unit: milliseconds,
    direction: 'lower',
    of: 'picture',
    meaning: 'Reading the picture from where the vendor keeps it.',
    notMeaning: 'As much the speed of this connection as of the vendor.',
  },
  {
    name: 'first-picture',
    title: 'Until the first picture',
    unit: milliseconds,
    direction: 'lower',
    of: 'job',
    meaning: "From the vendor's first request for a picture until its first picture was kept.",
    notMeaning: 'Not the training, which is done before; pauses of a run that was stopped are in it.',
  },
  {
    name: 'last-picture',
    title: 'Until the last picture',
    unit: milliseconds,
    direction: 'lower',
    of: 'job',
    meaning: "From the vendor's first request for a picture until its last picture was kept.",
    notMeaning: 'Depends on how many are made at a time; pauses of a run that was stopped are in it.',
  },
  {
    name: 'failure-rate',
    title: 'Failed',
    unit: share,
    direction: 'lower',
    of: 'job',
    meaning: 'Share of the requests for pictures that ended without one, blocked ones included.',
    notMeaning:
      'Not always the fault of the vendor: a prompt may break its rules. Failures that come in bursts count as many.',
  },
  {
    name: 'block-rate',
    title: 'Blocked for content',
    unit: share,
    direction: 'lower',
    of: 'job',
    meaning: 'Share of the requests for pictures that the vendor refused for their content.',
    notMeaning: 'Not how strict it is with other prompts.',
  },
  {
    name: 'retry-rate',
    title: 'Needed another try',
    unit: share,
    direction: 'lower',
    of: 'job',
    meaning: 'Share of the pictures that were asked for more than once, or whose answer was lost and found later.',
    notMeaning: 'Not only the vendor: a run that was killed loses answers too.',
  },
  {
    name: 'unknown-rate',
    title: 'Outcome unknown',
    unit: share,
    direction: 'lower',
    of: 'job',
    meaning: 'Share of the requests of which nobody can say whether they were carried out and charged.',
    notMeaning: 'Not failed, and perhaps paid for.',
  },
  {
    ...nearDuplicateMeasure,
    of: 'set',
    meaning: `${nearDuplicateMeasure.meaning} Compared with all earlier pictures of the same subject by the same vendor.`,
  },
  {
    name: 'spread',
    title: 'Spread within a prompt',
    unit: '1 - cosine',
    direction: 'higher',
    of: 'set',
    meaning:
      'How far pictures of the same prompt, but of different seeds, lie apart on average, as an embedding sees it.',
    notMeaning: 'Not quality: a vendor that misses the subject spreads widely.',
  },
  {
    name: 'spread-in-all',
    title: 'Spread in all',
    unit: '1 - cosine',
    direction: 'higher',
    of: 'set',
    meaning:
      'How far all pictures of a subject lie apart on average, as an embedding sees it; the mean over the subjects.',
    notMeaning: 'Not quality; and the prompts make most of it.',
  },
  {
    name: 'leaked-share',
    title: 'Training photos that came back',
    unit: share,
    direction: 'lower',
    of: 'set',
    meaning: 'Share of the pictures that are nearly one of the training photos, or its middle square or mirror image.',
    notMeaning: leakageMeasure.notMeaning,
  },
] as const satisfies readonly ReportedMeasure[]

/** Name of a measure that the run's own records give. */
export type RunMeasureName = (typeof runMeasures)[number]['name']
