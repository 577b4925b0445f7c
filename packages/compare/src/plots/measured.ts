import type { PlotReference, PlotValue } from './spec.js'

/** The numbers that an axis must hold: value and interval ends. */
function extentOf(value: PlotValue): number[] {
  return value.state === 'not-measured'
    ? []
    : [value.value, value.interval?.low ?? value.value, value.interval?.high ?? value.value]
}

/** As `extentOf`, with the level to compare with. */
export function extentsOf(values: readonly PlotValue[], reference?: PlotReference | undefined): number[] {
  return [...values.flatMap(extentOf), ...(reference === undefined ? [] : [reference.value])]
}
