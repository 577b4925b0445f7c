import type { Light } from './light.js'
import { lights } from './light.js'
import type { Medium } from './media.js'
import { media } from './media.js'

export interface Style {
  readonly medium: Medium | undefined
  readonly light: Light
}

/** Words of a prompt, and what they make of the picture. The first that occurs counts. */
const mediumWords: readonly (readonly [RegExp, keyof typeof media])[] = [
  [/water-?colou?r|aquarelle|gouache/, 'watercolor'],
  [/\boil\b|oil[- ]?painting|impressionis|van gogh|renaissance|acrylic|\bpainting\b|painted/, 'oil'],
  [/sketch|pencil|charcoal|drawing|line art|etching|\bink\b/, 'sketch'],
  [/comic|cartoon|anime|pop art|manga|pixar|poster|illustration|\bdisney|low-?poly/, 'comic'],
  [/black[- ]and[- ]white|monochrome|greyscale|grayscale|\bnoir\b|\bb&w\b/, 'monochrome'],
  [/vintage|retro|sepia|polaroid|old photo|19\d0s|analog|film photo/, 'vintage'],
]

const lightWords: readonly (readonly [RegExp, keyof typeof lights])[] = [
  [/neon|cyberpunk|synthwave|vaporwave|futuristic/, 'neon'],
  [/\bspace\b|galaxy|nebula|astronaut|cosmic|planet|\bmoon\b/, 'space'],
  [/night|midnight|moonlight|\bdark\b|starry/, 'night'],
  [/sunset|sunrise|golden hour|\bdusk\b|\bdawn\b|\bbeach\b|tropical/, 'sunset'],
  [/snow|winter|\bice\b|frozen|christmas|blizzard|\bski/, 'snow'],
  [/\brain|storm|umbrella|\bfog/, 'rain'],
  [/underwater|ocean|\bsea\b|swimming|\breef/, 'underwater'],
  [/forest|jungle|garden|meadow|\bpark\b|\bgrass/, 'forest'],
  [/desert|\bmars\b|savanna|canyon|\bdune|autumn/, 'desert'],
  [/cinematic|film still|movie|dramatic|epic/, 'cinematic'],
  [/studio|white background|headshot|product (photo|shot)|passport|\blinkedin/, 'studio'],
]

export function styleOf(prompt: string): Style {
  const text = prompt.toLowerCase()
  const medium = mediumWords.find(([words]) => words.test(text))?.[1]
  const light = lightWords.find(([words]) => words.test(text))?.[1] ?? 'plain'
  return { medium: medium === undefined ? undefined : media[medium], light: lights[light] }
}
