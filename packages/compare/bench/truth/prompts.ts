import type { ComparisonPlanInput } from '@likeness/compare'

const scenes = [
  'on a beach at sunset',
  'in the snow',
  'in a forest',
  'on a wooden table',
  'in the desert',
  'in a studio, white background',
  'in the rain',
  'in a garden',
  'on a city street at night',
  'under water',
  'in a kitchen',
  'on a mountain',
  'next to a window',
  'in a neon lit bar',
  'on a red carpet',
]

/** Photos first: what paints over a subject costs it likeness at every vendor. */
const media = ['a photo of', 'a vintage photo of', 'a black and white photo of', 'an oil painting of']

/** Up to 60 prompts that ask for different things. */
export function prompts(count: number): ComparisonPlanInput['prompts'] {
  const all = media.flatMap((medium) => scenes.map((scene) => `${medium} {subject} ${scene}`))
  if (count > all.length) throw new RangeError(`prompts: at most ${all.length}, given: ${count}`)
  return all.slice(0, count).map((prompt, index) => ({ id: `prompt-${index + 1}`, prompt }))
}
