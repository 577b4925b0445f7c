import type { Measure } from '../measure.js'
import {
  DUPLICATE_BITS,
  hashDistance,
  hashesOfPart,
  type Part,
  type PerceptualHash,
  perceptualHash,
} from './perceptual-hash.js'
import { type Picture, type PictureSource, readPicture } from './picture.js'
import type { Plane } from './plane.js'

/** Whether a generated picture is a training photo again. */
export const leakageMeasure: Measure<'leakage'> = {
  name: 'leakage',
  title: 'Training photos that came back',
  unit: 'bits of 64 from the nearest photo',
  bounds: { least: 0, most: 64 },
  direction: 'higher',
  meaning: `How far a picture is from the nearest training photo, from its middle square, and from their mirror images. At most ${DUPLICATE_BITS} bits: it is nearly that photo.`,
  notMeaning:
    'Not proof that nothing was copied: a copied face in a new picture, another crop or a turned photo is not seen.',
}

/** The training photo that a picture is nearest to. */
export type Leakage =
  | {
      readonly state: 'measured'
      /** Place of the nearest photo in the list that was given. */
      readonly photo: number
      /** 0 to 64 bits. */
      readonly distance: number
      /** Whether the picture is nearly that photo. */
      readonly leaked: boolean
    }
  | { readonly state: 'not-measured'; readonly reason: 'too-flat'; readonly message: string }

/** Looks for training photos among generated pictures. */
export interface LeakageCheck {
  /** Places of photos of one colour: nothing can be nearly one of them. */
  readonly blank: readonly number[]
  /** @throws LikenessError `invalid-request` where the picture cannot be decoded */
  check(picture: PictureSource | Picture): Promise<Leakage>
  /** The same for a picture whose hash is at hand; nothing for a picture of one colour. */
  checkHash(hash: PerceptualHash | undefined): Leakage
}

const whole = ({ width, height }: Plane): Part => ({ left: 0, top: 0, width, height })

// Trainers cut photos to squares, so that a copy in a square picture lacks the photo's ends.
function middleSquare({ width, height }: Plane): Part {
  const side = Math.min(width, height)
  return { left: (width - side) >> 1, top: (height - side) >> 1, width: side, height: side }
}

function viewsOf(plane: Plane): PerceptualHash[] {
  return [whole(plane), middleSquare(plane)].flatMap((part) => {
    const hashes = hashesOfPart(plane, part)
    return hashes === undefined ? [] : [hashes.hash, hashes.mirrored]
  })
}

function nearest(hash: PerceptualHash, photos: readonly (readonly PerceptualHash[])[]): Leakage | undefined {
  const found = photos
    .flatMap((views, photo) => views.map((view) => ({ photo, distance: hashDistance(hash, view) })))
    .sort((one, other) => one.distance - other.distance)[0]
  return found && { state: 'measured', ...found, leaked: found.distance <= DUPLICATE_BITS }
}

/**
 * Reads the training photos.
 *
 * @throws LikenessError `invalid-request` where one cannot be decoded
 */
export async function createLeakageCheck(photos: readonly PictureSource[]): Promise<LeakageCheck> {
  const views: PerceptualHash[][] = []
  for (const [index, photo] of photos.entries()) {
    views.push(viewsOf((await readPicture(photo, `photos.${index}`)).shown.luma))
  }
  const checkHash = (hash: PerceptualHash | undefined): Leakage => {
    const found = hash === undefined ? undefined : nearest(hash, views)
    const message = hash === undefined ? 'The picture shows one colour.' : 'No training photo shows anything.'
    return found ?? { state: 'not-measured', reason: 'too-flat', message }
  }
  return {
    blank: views.flatMap((of, index) => (of.length === 0 ? [index] : [])),
    check: async (picture) => checkHash(perceptualHash((await readPicture(picture)).shown.luma)),
    checkHash,
  }
}
