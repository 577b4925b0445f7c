import type { Plane } from './plane.js'

/** Steps smaller than this are below what eight bits can hold, so that a ratio of two of them says nothing. */
const FLOOR = 0.05

/** Mean step on the grid by the mean step between, from their sums over the other direction. */
function ratioOf(onGrid: number, between: number, length: number, across: number): number {
  const borders = Math.floor((length - 1) / 8)
  const meanOnGrid = onGrid / (borders * across)
  const meanBetween = between / ((length - 1 - borders) * across)
  return (meanOnGrid + FLOOR) / (meanBetween + FLOOR)
}

function alongRows({ width, height, values }: Plane): number {
  let onGrid = 0
  let between = 0
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const step = Math.abs((values[y * width + x] as number) - (values[y * width + x - 1] as number))
      if ((x & 7) === 0) onGrid += step
      else between += step
    }
  }
  return ratioOf(onGrid, between, width, height)
}

function alongColumns({ width, height, values }: Plane): number {
  let onGrid = 0
  let between = 0
  for (let y = 1; y < height; y++) {
    let sum = 0
    for (let index = y * width; index < (y + 1) * width; index++)
      sum += Math.abs((values[index] as number) - (values[index - width] as number))
    if ((y & 7) === 0) onGrid += sum
    else between += sum
  }
  return ratioOf(onGrid, between, height, width)
}

/** Steps across the borders of an 8 x 8 grid as a multiple of the steps inside it; 1 where no grid shows. */
export function blockiness(plane: Plane): number {
  return (alongRows(plane) + alongColumns(plane)) / 2
}
