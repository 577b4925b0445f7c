import { type Random, seededRandom } from '../statistics/random.js'

/** Draws for one figure: they follow from the run and the figure alone, so that one more measure changes no other. */
export type RandomFor = (label: string) => Random

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** @param id of the run */
export function randomFor(id: string): RandomFor {
  return (label) => seededRandom(hashText(`${id}\n${label}`))
}
