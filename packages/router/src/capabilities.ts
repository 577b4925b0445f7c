import type {
  Capabilities,
  FineTuneCapabilities,
  GenerateCapabilities,
  ImageLimits,
  Provider,
  SizeSupport,
} from '@likeness/core'

/** Most pictures that one request may ask for; above it the request schema refuses. */
const MAXIMUM_IMAGES = 100

const distinct = <Value>(values: readonly Value[]): Value[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
]

function anyOf<Name extends string>(records: readonly Readonly<Record<Name, boolean>>[]): Record<Name, boolean> {
  const names = records.flatMap((record) => Object.keys(record) as Name[])
  const entries = names.map((name) => [name, records.some((record) => record[name])])
  return Object.fromEntries(entries) as Record<Name, boolean>
}

/** The widest of limits; a limit that one of them lacks falls. */
function widest(
  limits: readonly ImageLimits[],
  field: 'maximum' | 'maximumBytes' | 'maximumTotalBytes' | 'maximumSide',
): number | undefined {
  const values = limits.map((limit) => limit[field])
  const known = values.filter((value) => value !== undefined)
  return known.length < values.length ? undefined : Math.max(...known)
}

function given<Name extends string>(name: Name, value: number | undefined): { [Key in Name]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: number })
}

function joinImages(limits: readonly ImageLimits[], first: ImageLimits): ImageLimits {
  const lowest = limits.map(({ minimumSide }) => minimumSide ?? 0)
  const smallest = Math.min(...lowest)
  return {
    minimum: Math.min(...limits.map(({ minimum }) => minimum)),
    ...given('maximum', widest(limits, 'maximum')),
    ...(first.recommended && { recommended: first.recommended }),
    mediaTypes: distinct(limits.flatMap(({ mediaTypes }) => mediaTypes)),
    ...given('maximumBytes', widest(limits, 'maximumBytes')),
    ...given('maximumTotalBytes', widest(limits, 'maximumTotalBytes')),
    ...(smallest > 0 && { minimumSide: smallest }),
    ...given('maximumSide', widest(limits, 'maximumSide')),
    ...(first.recommendedSide !== undefined && { recommendedSide: first.recommendedSide }),
  }
}

function joinFineTune(all: readonly FineTuneCapabilities[]): FineTuneCapabilities | undefined {
  const [first] = all
  if (first === undefined) return undefined
  const classNames = distinct(all.map(({ className }) => className))
  const [className] = classNames
  return {
    bases: distinct(all.flatMap(({ bases }) => bases)),
    images: joinImages(
      all.map(({ images }) => images),
      first.images,
    ),
    parameters: anyOf(all.map(({ parameters }) => parameters)),
    ...(classNames.length === 1 && className && { className }),
    weights: all.some(({ weights }) => weights),
    adopts: all.length === 1 ? first.adopts : [],
    // One vendor that cannot be asked is enough to make "there is none" a guess.
    find: all.every(({ find }) => find),
    cancel: all.some(({ cancel }) => cancel),
    remove: all.some(({ remove }) => remove),
    list: all.some(({ list }) => list),
  }
}

function joinSizes(sizes: readonly SizeSupport[], first: SizeSupport): SizeSupport {
  const pixels = sizes.filter((size) => size.kind === 'pixels')
  const [finest] = pixels
  if (finest === undefined) {
    const ratios = sizes.flatMap((size) => (size.kind === 'aspect-ratios' ? size.ratios : []))
    return first.kind === 'aspect-ratios' ? { kind: 'aspect-ratios', ratios: distinct(ratios) } : first
  }
  return {
    kind: 'pixels',
    multipleOf: Math.min(...pixels.map(({ multipleOf }) => multipleOf)),
    minimum: Math.min(...pixels.map(({ minimum }) => minimum)),
    maximum: Math.max(...pixels.map(({ maximum }) => maximum)),
  }
}

function joinGenerate(all: readonly GenerateCapabilities[]): GenerateCapabilities | undefined {
  const [first] = all
  if (first === undefined) return undefined
  return {
    parameters: anyOf(all.map(({ parameters }) => parameters)),
    maximumImages: MAXIMUM_IMAGES,
    size: joinSizes(
      all.map(({ size }) => size),
      first.size,
    ),
    formats: distinct(all.flatMap(({ formats }) => formats)),
    loads: distinct(all.flatMap(({ loads }) => loads)),
    find: all.every(({ find }) => find),
    cancel: all.some(({ cancel }) => cancel),
    remove: all.some(({ remove }) => remove),
    list: all.some(({ list }) => list),
  }
}

/** What at least one of the members can do; whether a given request can be made is found out target by target. */
export function joinCapabilities(members: readonly Provider[]): Capabilities {
  const all = members.map(({ capabilities }) => capabilities)
  const fineTune = joinFineTune(all.flatMap((one) => one.fineTune ?? []))
  const generate = joinGenerate(all.flatMap((one) => one.generate ?? []))
  const proofs = distinct(all.map(({ webhooks }) => webhooks).filter((proof) => proof !== 'none'))
  return {
    ...(fineTune && { fineTune }),
    ...(generate && { generate }),
    webhooks: proofs[0] ?? 'none',
  }
}
