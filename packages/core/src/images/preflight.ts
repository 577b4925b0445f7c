import type { ImageLimits } from '../capabilities.js'
import type { ImageFile } from './image-file.js'

/** What is wrong, or unwise, about training images at one provider. */
export interface PreflightProblem {
  /** `error`: the vendor would refuse it, or it would be wasted money. `warning`: it lowers quality. */
  readonly severity: 'error' | 'warning'
  readonly code:
    | 'too-few'
    | 'too-many'
    | 'few'
    | 'many'
    | 'media-type'
    | 'too-large'
    | 'total-too-large'
    | 'too-small'
    | 'too-wide'
    | 'low-resolution'
    | 'oversized'
    | 'duplicate'
  readonly message: string
  /** `ImageFile.name`, where the problem is one image's. */
  readonly image?: string | undefined
}

/**
 * Trainers scale pictures down to 512 to 1024 pixels; beyond eight times that only the upload grows, and the risk that
 * a decoder refuses it. In pixels.
 */
const POINTLESS_SIDE = 8192

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(1)} MB`

function countProblems(count: number, limits: ImageLimits): PreflightProblem[] {
  const { minimum, maximum, recommended } = limits
  if (count < minimum) {
    return [{ severity: 'error', code: 'too-few', message: `${count} images given, at least ${minimum} are needed` }]
  }
  if (maximum !== undefined && count > maximum) {
    return [{ severity: 'error', code: 'too-many', message: `${count} images given, at most ${maximum} are taken` }]
  }
  if (recommended !== undefined && count < recommended.minimum) {
    const message = `${count} images given, ${recommended.minimum} to ${recommended.maximum} are recommended`
    return [{ severity: 'warning', code: 'few', message }]
  }
  if (recommended !== undefined && count > recommended.maximum) {
    const message = `${count} images given, ${recommended.minimum} to ${recommended.maximum} are recommended`
    return [{ severity: 'warning', code: 'many', message }]
  }
  return []
}

function imageProblems(image: ImageFile, limits: ImageLimits): PreflightProblem[] {
  const { name, bytes, mediaType, width, height } = image
  const shorter = Math.min(width, height)
  const longer = Math.max(width, height)
  const problem = (
    severity: 'error' | 'warning',
    code: PreflightProblem['code'],
    message: string,
  ): PreflightProblem => ({
    severity,
    code,
    message: `${name}: ${message}`,
    image: name,
  })
  const problems: PreflightProblem[] = []
  if (!limits.mediaTypes.includes(mediaType)) {
    problems.push(problem('error', 'media-type', `is ${mediaType}, allowed are ${limits.mediaTypes.join(', ')}`))
  }
  if (limits.maximumBytes !== undefined && bytes > limits.maximumBytes) {
    problems.push(
      problem('error', 'too-large', `has ${megabytes(bytes)}, at most ${megabytes(limits.maximumBytes)} are taken`),
    )
  }
  if (limits.maximumSide !== undefined && longer > limits.maximumSide) {
    problems.push(
      problem('error', 'too-wide', `is ${width}x${height}, no side may exceed ${limits.maximumSide} pixels`),
    )
  } else if (longer > POINTLESS_SIDE) {
    const message = `is ${width}x${height}; more than ${POINTLESS_SIDE} pixels a side do not help and may be refused`
    problems.push(problem('warning', 'oversized', message))
  }
  if (limits.minimumSide !== undefined && shorter < limits.minimumSide) {
    problems.push(problem('error', 'too-small', `is ${width}x${height}, each side needs ${limits.minimumSide} pixels`))
  } else if (limits.recommendedSide !== undefined && shorter < limits.recommendedSide) {
    const message = `is ${width}x${height}, ${limits.recommendedSide} pixels a side or more are recommended`
    problems.push(problem('warning', 'low-resolution', message))
  }
  return problems
}

function duplicateProblems(images: readonly ImageFile[]): PreflightProblem[] {
  const first = new Map<string, string>()
  return images.flatMap((image) => {
    const earlier = first.get(image.sha256)
    if (earlier === undefined) {
      first.set(image.sha256, image.name)
      return []
    }
    const message = `${image.name}: is the same file as ${earlier}`
    return [{ severity: 'warning', code: 'duplicate', message, image: image.name } as const]
  })
}

/**
 * Checks opened training images against what a provider takes: count, type, size, dimensions, duplicates. Pure; no
 * request is sent and no money moves.
 */
export function preflight(images: readonly ImageFile[], limits: ImageLimits): PreflightProblem[] {
  const total = images.reduce((sum, image) => sum + image.bytes, 0)
  const tooLarge: PreflightProblem[] =
    limits.maximumTotalBytes !== undefined && total > limits.maximumTotalBytes
      ? [
          {
            severity: 'error',
            code: 'total-too-large',
            message: `all images together have ${megabytes(total)}, at most ${megabytes(limits.maximumTotalBytes)} are taken`,
          },
        ]
      : []
  return [
    ...countProblems(images.length, limits),
    ...images.flatMap((image) => imageProblems(image, limits)),
    ...tooLarge,
    ...duplicateProblems(images),
  ]
}
