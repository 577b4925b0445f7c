import { seriesSymbol } from './theme.js'

/** Outlines of the symbols in a box from -8 to 8, for marks outside of a plot. */
const paths: Readonly<Record<ReturnType<typeof seriesSymbol>, string>> = {
  circle: 'M-6 0A6 6 0 1 1 6 0A6 6 0 1 1 -6 0Z',
  square: 'M-5.5 -5.5H5.5V5.5H-5.5Z',
  triangle: 'M0 -6.5L6.5 5H-6.5Z',
  diamond: 'M0 -7.5L5 0L0 7.5L-5 0Z',
  star: 'M0 -7L1.7 -2.3L6.7 -2.2L2.7 0.9L4.1 5.7L0 2.8L-4.1 5.7L-2.7 0.9L-6.7 -2.2L-1.7 -2.3Z',
  wye: 'M-2 7V1L-7 -2L-5 -5.5L0 -2.5L5 -5.5L7 -2L2 1V7Z',
  cross: 'M-2.2 -6.5H2.2V-2.2H6.5V2.2H2.2V6.5H-2.2V2.2H-6.5V-2.2H-2.2Z',
  hexagon: 'M0 -6.8L5.9 -3.4V3.4L0 6.8L-5.9 3.4V-3.4Z',
}

/** Outline of the symbol of an entry by its position; see `seriesSymbol`. */
export const symbolPath = (index: number) => paths[seriesSymbol(index)]
