import type { LazyFile } from '../core/files.js'
import type { Look } from '../core/pictures/draw.js'
import { drawPicture } from '../core/pictures/draw.js'
import type { SubjectFidelity } from '../core/pictures/fidelity.js'
import { withoutLoraTags } from './lora-tags.js'
import type { Prompt } from './records.js'
import { pictureSize } from './sizes.js'

const look: Look = { brightness: 1.02, saturation: 1.06, hue: 4 }

/** Recorded: the last image comes first (`...-3.jpg, ...-0.jpg`), so a place in the list says nothing about the seed. */
export function imageOrder(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + count - 1) % count)
}

/** Image i is drawn with seed + i (Astria's worker, 2025-01), as JPEG. */
export function pictureOf(prompt: Prompt, index: number, fidelity: SubjectFidelity): LazyFile {
  const { attributes } = prompt
  const { width, height } = pictureSize(attributes)
  const finish = [attributes.style, attributes.color_grading, attributes.film_grain ? 'film grain' : null]
  return {
    name: `${prompt.number}-${index}.jpg`,
    mediaType: 'image/jpeg',
    make: () =>
      drawPicture({
        subjects: appliedReferences(prompt).map(({ tune, strength }) => ({
          photos: tune.photos.map((photo) => photo.path),
          strength,
        })),
        fidelity,
        prompt: [withoutLoraTags(prompt.text), ...finish].filter((part) => part !== null).join(', '),
        // Without a seed every prompt gets one of its own.
        seed: (attributes.seed ?? prompt.number) + index,
        width,
        height,
        format: 'jpeg',
        vendor: 'astria',
        look,
      }),
  }
}

/** A mock tune was never trained; its pictures are the same for every prompt. */
export function mockPicture(index: number): LazyFile {
  return {
    name: `mock-${index}.jpg`,
    mediaType: 'image/jpeg',
    make: () =>
      drawPicture({
        subjects: [],
        fidelity: 'faithful',
        prompt: 'mock',
        seed: index,
        width: 1024,
        height: 1024,
        format: 'jpeg',
        vendor: 'astria',
        look,
      }),
  }
}

/** Tunes that leave a trace in the picture: trained ones, with some strength. */
export function appliedReferences(prompt: Prompt): Prompt['references'] {
  if (prompt.isMock) return []
  return prompt.references.filter(({ tune, strength }) => strength !== 0 && tune.attributes.branch !== 'fast')
}
