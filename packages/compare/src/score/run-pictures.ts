import { join } from 'node:path'
import { type Picture, readPicture } from '../pixels/picture.js'
import { generateInput } from '../plan/requests.js'
import { subjectOf } from '../plan/work.js'
import type { StoredImage } from '../run/lines.js'
import type { RunSummary } from '../run/run.js'
import type { RunFolder } from '../run/run-folder.js'
import type { ScoredPicture, ScoredSubject } from './scorer.js'

/** What of a run is scored. */
export type ScoredRun = Pick<RunFolder, 'folder' | 'plan' | 'photos'>

/** A picture of a run that is there to be scored. */
export interface RunPicture {
  /** `key` of the planned picture. */
  readonly key: string
  readonly sha256: string
  /** Its pixels are kept as long as the value is. */
  open(): ScoredPicture
}

/** A subject of a run with its pictures that came, those of the warm-up left out. */
export interface RunSubject extends ScoredSubject {
  readonly pictures: readonly RunPicture[]
}

function opened(path: string, image: StoredImage, asked: ReturnType<typeof generateInput>): ScoredPicture {
  let pixels: Promise<Picture> | undefined
  return {
    path,
    pixels: () => {
      pixels ??= readPicture(path, image.file)
      return pixels
    },
    prompt: asked.prompt,
    size: asked.size,
    format: asked.format,
    mediaType: image.mediaType,
  }
}

/** The subjects of a plan, each with what a run has of it. */
export function runSubjects({ folder, plan, photos }: ScoredRun, { items }: RunSummary): readonly RunSubject[] {
  const pathOf = ({ file }: StoredImage) => join(folder, file)
  return Object.keys(plan.subjects).map((key) => ({
    key,
    subject: subjectOf(plan, key),
    photos: (photos[key]?.photos ?? []).map(pathOf),
    heldOut: (photos[key]?.heldOut ?? []).map(pathOf),
    pictures: items.flatMap(({ work, state }) => {
      if (work.kind !== 'generation' || work.warmUp || work.subject !== key || state.state !== 'succeeded') return []
      const [image] = state.images
      if (image === undefined) return []
      const asked = generateInput(plan, work)
      return [{ key: work.key, sha256: image.sha256, open: () => opened(pathOf(image), image, asked) }]
    }),
  }))
}
