import { type Plane, transpose } from './plane.js'

/** Steps smaller than this are below what eight bits can hold, so that a ratio of two of them says nothing. */
const FLOOR = 0.05

function alongRows({ width, height, values }: Plane): number {
  let onGrid = 0
  let between = 0
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const step = Math.abs((values[y * width + x] as number) - (values[y * width + x - 1] as number))
      if (x % 8 === 0) onGrid += step
      else between += step
    }
  }
  const borders = Math.floor((width - 1) / 8)
  const meanOnGrid = onGrid / (borders * height)
  const meanBetween = between / ((width - 1 - borders) * height)
  return (meanOnGrid + FLOOR) / (meanBetween + FLOOR)
}

/** Steps across the borders of an 8 x 8 grid as a multiple of the steps inside it; 1 where no grid shows. */
export function blockiness(plane: Plane): number {
  return (alongRows(plane) + alongRows(transpose(plane))) / 2
}
