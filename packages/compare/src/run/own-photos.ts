import { join } from 'node:path'
import type { ComparisonPlan } from '../plan/schema.js'
import type { StoredImage } from './lines.js'
import type { RunFolder } from './run-folder.js'

/**
 * The plan of a run with the photos that the run keeps: what is trained on is what is measured against, and a run goes on
 * wherever the originals are by then.
 */
export function withOwnPhotos({ plan, folder, photos }: Pick<RunFolder, 'plan' | 'folder' | 'photos'>): ComparisonPlan {
  const paths = (images: readonly StoredImage[]) => images.map(({ file }) => join(folder, file))
  const subjects = Object.entries(plan.subjects).map(([key, subject]) => {
    const own = photos[key]
    if (own === undefined) return [key, subject] as const
    const { images, heldOut } = subject
    return [
      key,
      { ...subject, ...(images && { images: paths(own.photos) }), ...(heldOut && { heldOut: paths(own.heldOut) }) },
    ] as const
  })
  return { ...plan, subjects: Object.fromEntries(subjects) }
}
