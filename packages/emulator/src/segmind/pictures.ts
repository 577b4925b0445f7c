import type { LazyFile } from '../core/files.js'
import type { Look } from '../core/pictures/draw.js'
import { drawPicture } from '../core/pictures/draw.js'
import type { SubjectFidelity } from '../core/pictures/fidelity.js'
import type { PicturePlan } from './records.js'

const look: Look = { brightness: 0.98, saturation: 0.94, hue: -5 }

/** LoRA strengths reach from -10 to 10, Flux Pro's from 0 to 2: all of the subject shows from 1 on, none from 0 down. */
export function visibleStrength({ strength }: PicturePlan): number {
  return Math.min(1, Math.max(0, strength))
}

/** Picture i of several uses seed + i. */
export function pictureOf(plan: PicturePlan, index: number, name: string, fidelity: SubjectFidelity): LazyFile {
  const { fineTune, prompt, width, height, format } = plan
  const strength = visibleStrength(plan)
  return {
    name,
    mediaType: `image/${format}`,
    make: () =>
      drawPicture({
        subjects:
          fineTune === undefined || strength === 0
            ? []
            : [{ photos: fineTune.photos.map((photo) => photo.path), strength }],
        fidelity,
        prompt,
        seed: plan.seed + index,
        width,
        height,
        format,
        vendor: 'segmind',
        look,
      }),
  }
}
