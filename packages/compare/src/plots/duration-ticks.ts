import { type LinearScale, position } from './scale.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Durations that people count in, in milliseconds. */
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * hour),
]

/** `200 ms`, `10 s`, `1.5 min`, `2 h`. */
export function formatTick(ms: number): string {
  if (ms === 0) return '0'
  const [size, unit] = ms < second ? [1, 'ms'] : ms < minute ? [second, 's'] : ms < hour ? [minute, 'min'] : [hour, 'h']
  return `${Number((ms / size).toPrecision(3))} ${unit}`
}

/** Round durations from 0 to `maximum`, at most `count` steps of them where the longest step allows. */
export function linearTicks(maximum: number, count: number): number[] {
  const step = steps.find((one) => maximum / one <= count) ?? maximum / count
  return Array.from({ length: Math.floor(maximum / step) + 1 }, (_, index) => index * step)
}

/** Round durations inside a domain above 0, with at least `distance` pixels between them on a logarithmic axis. */
export function logarithmicTicks([low, high]: readonly [number, number], width: number, distance: number): number[] {
  const scale: LinearScale = { domain: [Math.log(low), Math.log(high)], range: [0, width] }
  const inside = steps.filter((step) => step >= low && step <= high)
  const kept: number[] = []
  for (const step of inside) {
    const last = kept.at(-1)
    const free = last === undefined || position(scale, Math.log(step)) - position(scale, Math.log(last)) >= distance
    if (free) kept.push(step)
  }
  return kept
}
