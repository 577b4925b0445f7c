import type { PlotMeasure } from './spec.js'
import { fitText, textWidth } from './text.js'

/** Keeps text readable where a line runs behind it. */
export const halo = { stroke: 'var(--plot-ground)', strokeWidth: 4, fill: 'currentColor' } as const

/** `higher is better`. */
export function directionWords({ direction }: Pick<PlotMeasure, 'direction'>): string {
  switch (direction) {
    case 'higher':
    case 'lower':
      return `${direction} is better`
    case 'as-photos':
      return 'nearest to the photos is better'
  }
}

/** `sharpness, grey levels squared`. */
export const measureName = ({ title, unit }: PlotMeasure) =>
  unit === undefined || unit === '' ? title : `${title}, ${unit}`

/** `likeness (higher is better)` in so many pixels: it is the name that is cut. */
export function axisName(measure: PlotMeasure, width: number): string {
  const direction = ` (${directionWords(measure)})`
  return `${fitText(measureName(measure), width - textWidth(direction))}${direction}`
}
