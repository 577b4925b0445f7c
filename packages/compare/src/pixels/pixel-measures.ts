import { type Measure, measured, notMeasured, type Reading } from '../measure.js'
import { blockiness } from './blockiness.js'
import { colourfulness } from './colourfulness.js'
import { exposureOf } from './exposure.js'
import { noiseLevel } from './noise.js'
import type { Picture } from './picture.js'
import { halve } from './plane.js'
import { blurEffect, laplacianVariance } from './sharpness.js'

/** Names of the measures that need nothing but the picture itself. */
export type PixelMeasureName =
  | 'laplacian-variance'
  | 'blur-effect'
  | 'detail-ratio'
  | 'noise-level'
  | 'blockiness'
  | 'colourfulness'
  | 'mean-luma'
  | 'clipped-low'
  | 'clipped-high'
  | 'luma-range'
  | 'luma-entropy'

/**
 * Below this `detail-ratio` a picture was most likely scaled up to its size. Seen on real photos: 0.27 to 1.6 as they
 * were taken, 0.13 to 0.23 scaled up twofold, 0.09 to 0.13 fourfold. Pictures of the vendors were not seen yet.
 */
export const FAKE_RESOLUTION = 0.25

/** Smallest side that the measures are defined for, in pixels. */
const MINIMUM_SIDE = 32

const shownNote = 'Taken at no more than 1024 pixels a side, so that photos of a camera compare.'

/** The measures that need nothing but the picture itself, in the order in which they are shown. */
export const pixelMeasures: readonly Measure<PixelMeasureName>[] = [
  {
    name: 'laplacian-variance',
    title: 'Sharpness (variance of the Laplacian)',
    unit: 'grey levels squared',
    bounds: { least: 0 },
    direction: 'higher',
    meaning: `How much fine detail there is. ${shownNote}`,
    notMeaning:
      'Not quality: noise, grain and over-sharpening raise it, and a smooth background lowers it. Read it beside the noise.',
  },
  {
    name: 'blur-effect',
    title: 'Blur (Crete)',
    unit: '0 to 1',
    bounds: { least: 0, most: 1 },
    direction: 'lower',
    meaning: `How little a further blur takes away: 0 is sharp, 1 is blurred. ${shownNote}`,
    notMeaning: 'Not a fault where the background is blurred on purpose; noise lowers it.',
  },
  {
    name: 'detail-ratio',
    title: 'Real resolution',
    unit: 'ratio',
    bounds: { least: 0 },
    direction: 'higher',
    meaning: `Sharpness at full size against half size. Below ${FAKE_RESOLUTION} the picture was most likely scaled up.`,
    notMeaning: 'Not sharpness: a picture out of focus is low as well, and noise added after scaling up hides it.',
  },
  {
    name: 'noise-level',
    title: 'Noise (Immerkær)',
    unit: 'grey levels',
    bounds: { least: 0 },
    direction: 'lower',
    meaning: `Standard deviation of the noise in the flattest quarter. ${shownNote}`,
    notMeaning: 'Not only noise where no part is flat: fine texture everywhere is taken for it. Film grain is counted.',
  },
  {
    name: 'blockiness',
    title: 'Blocks of compression',
    unit: 'ratio',
    bounds: { least: 0 },
    direction: 'lower',
    meaning: 'Steps across the borders of the 8 x 8 grid of JPEG against steps inside; 1 where no grid shows.',
    notMeaning:
      'Not all of compression: blind to other grids (WebP, AVIF) and to a JPEG that was scaled or cropped later.',
  },
  {
    name: 'colourfulness',
    title: 'Colourfulness (Hasler and Süsstrunk)',
    unit: 'about 0 to 110',
    bounds: { least: 0 },
    direction: 'as-photos',
    meaning: 'Spread and strength of the colours: 15 slightly, 45 quite, 82 highly colourful.',
    notMeaning: 'Not beauty nor the right colours: a cast of colour raises it. A prompt may ask for grey.',
  },
  {
    name: 'mean-luma',
    title: 'Mean brightness',
    unit: 'grey levels, 0 to 255',
    bounds: { least: 0, most: 255 },
    direction: 'as-photos',
    meaning: 'The mean of the luma.',
    notMeaning: 'Not good exposure: a night scene is dark, snow is light.',
  },
  {
    name: 'clipped-low',
    title: 'Black pixels',
    unit: 'share, 0 to 1',
    bounds: { least: 0, most: 1 },
    direction: 'lower',
    meaning: 'Share of pixels without any detail in the shadows.',
    notMeaning: 'Not a fault of a black background.',
  },
  {
    name: 'clipped-high',
    title: 'White pixels',
    unit: 'share, 0 to 1',
    bounds: { least: 0, most: 1 },
    direction: 'lower',
    meaning: 'Share of pixels without any detail in the lights.',
    notMeaning: 'Not a fault of a white background, as products have.',
  },
  {
    name: 'luma-range',
    title: 'Contrast',
    unit: 'grey levels, 0 to 255',
    bounds: { least: 0, most: 255 },
    direction: 'as-photos',
    meaning: 'Luma from the first to the 99th percentile.',
    notMeaning: 'Not local contrast: one dark and one light corner are enough.',
  },
  {
    name: 'luma-entropy',
    title: 'Variety of brightness',
    unit: 'bits, 0 to 8',
    bounds: { least: 0, most: 8 },
    direction: 'as-photos',
    meaning: 'Entropy of the histogram of luma; low where a picture is flat, banded or washed out.',
    notMeaning: 'Not detail: noise and gradients raise it.',
  },
]

/** All measures of one picture that need nothing else. */
export type PixelReadings = Readonly<Record<PixelMeasureName, Reading>>

function detailRatio({ stored: { luma } }: Picture): Reading {
  const half = laplacianVariance(halve(luma))
  if (half < 1) return notMeasured('too-flat', 'The picture shows no detail that could have been scaled up.')
  return measured(laplacianVariance(luma) / half)
}

/** Takes every measure that needs nothing but the picture. */
export function measurePixels(picture: Picture): PixelReadings {
  const { shown, stored, width, height } = picture
  const tooSmall = notMeasured('too-small', `${width}x${height}; each side needs ${MINIMUM_SIDE} pixels.`)
  const large = Math.min(shown.width, shown.height) >= MINIMUM_SIDE
  const sized = (take: () => Reading) => (large ? take() : tooSmall)
  const { mean, clippedLow, clippedHigh, range, entropy } = exposureOf(shown.luma)
  const flat = notMeasured('too-flat', 'The picture shows nothing but one colour.')
  return {
    'laplacian-variance': sized(() => measured(laplacianVariance(shown.luma))),
    'blur-effect': sized(() => (range === 0 ? flat : measured(blurEffect(shown.luma)))),
    'detail-ratio': sized(() => detailRatio(picture)),
    'noise-level': sized(() => measured(noiseLevel(shown.luma))),
    blockiness: sized(() => (range === 0 ? flat : measured(blockiness(stored.luma)))),
    colourfulness: measured(colourfulness(shown.rgb)),
    'mean-luma': measured(mean),
    'clipped-low': measured(clippedLow),
    'clipped-high': measured(clippedHigh),
    'luma-range': measured(range),
    'luma-entropy': measured(entropy),
  }
}
