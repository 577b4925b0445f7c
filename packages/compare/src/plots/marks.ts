import type { PlotMeasure } from './spec.js'
import { fitText, textWidth } from './text.js'

/** Keeps text readable where a line runs behind it. */
export const halo = { stroke: 'var(--plot-ground)', strokeWidth: 4, fill: 'currentColor' } as const

/** `likeness (higher is better)` in so many pixels: it is the name that is cut. */
export function axisName({ name, better }: PlotMeasure, width: number): string {
  const direction = ` (${better} is better)`
  return `${fitText(name, width - textWidth(direction))}${direction}`
}
