import { type Measure, measured, notMeasured, type Reading } from '../../measure.js'
import { readPicture } from '../../pixels/picture.js'
import type { Pixels } from '../../pixels/plane.js'
import { fingerprintOf } from '../fingerprint.js'
import { referencePhotos } from '../reference-photos.js'
import type { Scorer } from '../scorer.js'
import { type Judged, type JudgeSources, judgeSources, openJudge, type SpendingLimit } from './judge-model.js'
import { questionVersion } from './judge-question.js'
import type { JudgeSettings } from './settings.js'

const judged =
  'One opinion of a model that changes without notice, asked once: asked again, it may differ. Its numbers are no ' +
  'measurement and stand beside those of people, not above them.'

const adherence: Measure<'judge-adherence'> = {
  name: 'judge-adherence',
  title: 'Fits the prompt (judge)',
  unit: 'share, 0 to 1',
  bounds: { least: 0, most: 1 },
  direction: 'higher',
  meaning: 'How much of the prompt the picture shows, as a language model sees it.',
  notMeaning: judged,
}

const likeness: Measure<'judge-likeness'> = {
  name: 'judge-likeness',
  title: 'Likeness (judge)',
  unit: 'share, 0 to 1',
  bounds: { least: 0, most: 1 },
  direction: 'higher',
  meaning: 'Whether the subject of the picture is the one of the photos, as a language model sees it.',
  notMeaning: `${judged} Such models often refuse to compare faces, or compare them badly.`,
}

/** Most photos that are shown with each picture: each costs as much as the picture. */
const shownPhotos = 4

/** Made from pixels, at most 1024 a side, so that no metadata goes with it: place and time of a photo are nobody's business. */
async function jpegOf({ rgb, width, height }: Pixels): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Counted in requests, as sums of small amounts of dollars are not exact. */
function spendingLimit({ limitUSD, costPerCallUSD }: JudgeSettings): SpendingLimit {
  let left = Math.floor(limitUSD / costPerCallUSD + 1e-9)
  return {
    reserve: () => {
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}

function readingsOf(result: Judged, photos: number): Record<string, Reading> {
  if (result.state === 'not-answered') {
    const reading = notMeasured('failed', result.message)
    return { [adherence.name]: reading, [likeness.name]: reading }
  }
  const { answer } = result
  const noLikeness =
    photos === 0
      ? notMeasured('too-few-photos', 'There are no photos to compare with.')
      : notMeasured('failed', 'The judge said nothing of likeness.')
  return {
    [adherence.name]: measured(answer.adherence),
    [likeness.name]: answer.likeness === undefined ? noLikeness : measured(answer.likeness),
  }
}

const evenly = (paths: readonly string[], count: number) =>
  Array.from(
    { length: Math.min(count, paths.length) },
    (_, index) => paths[Math.floor((index * paths.length) / Math.min(count, paths.length))] ?? '',
  )

/**
 * Lets a language model judge pictures, by the AI SDK. Each picture is one paid request, which sends it and up to 4 photos
 * of the subject to the model's vendor. The limit holds over all subjects of one run of the scorer.
 */
export function judgeScorer(settings: JudgeSettings, sources: JudgeSources = judgeSources): Scorer {
  const limit = spendingLimit(settings)
  return {
    id: 'judge',
    measures: [adherence, likeness],
    suits: () => true,
    open: async (subject) => {
      const judge = await openJudge(settings, limit, sources)
      if (typeof judge === 'string') return { state: 'unavailable', reason: `judge-likeness not scored: ${judge}` }
      const { className } = subject.subject
      const { instructions } = settings
      const paths = evenly(referencePhotos(subject).paths, shownPhotos)
      const photos: Uint8Array[] = []
      for (const path of paths) photos.push(await jpegOf((await readPicture(path, 'photo')).shown))
      return {
        state: 'ready',
        fingerprint: await fingerprintOf(questionVersion, paths, [judge.name, className, instructions ?? '']),
        models: [{ id: judge.name }],
        references: {},
        notes: [
          `Each picture and ${photos.length} photos of ${subject.key} are sent to ${judge.name}, without metadata.`,
          `Its requests cost money that is not in the costs of this run; at most ${settings.limitUSD} US dollars at ${settings.costPerCallUSD} a request.`,
        ],
        score: async (scored) => {
          const { prompt } = scored
          const picture = await jpegOf((await scored.pixels()).shown)
          const answer = await judge.ask({ className, prompt, photos, picture, instructions })
          return { readings: readingsOf(answer, photos.length) }
        },
        close: async () => {},
      }
    },
  }
}
