import type { FineTuneCapabilities, GenerateCapabilities } from './capabilities.js'
import { LikenessError } from './error.js'
import type { FineTuneRequest } from './fine-tune.js'
import type { GenerateRequest } from './generate.js'
import type { Warning } from './warning.js'

interface Support {
  readonly parameters: Readonly<Record<string, boolean>>
}

function lacking(support: Support, given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(support.parameters)
    .filter(([parameter, supported]) => !supported && given[parameter] !== undefined)
    .map(([parameter]) => parameter)
}

function warningsFor(provider: string, parameters: readonly string[], onUnsupported: 'warn' | 'error'): Warning[] {
  if (onUnsupported === 'error' && parameters.length > 0) {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${provider} has no ${parameters.map((parameter) => `\`${parameter}\``).join(', ')}.`,
      provider,
      fields: parameters.map((field) => ({ field, message: `not available at ${provider}` })),
      hint: "Leave it out, choose another provider, or set onUnsupported: 'warn' to go on without it.",
    })
  }
  return parameters.map((parameter) => ({
    type: 'unsupported',
    provider,
    parameter,
    message: `${provider} has no \`${parameter}\`; it was not sent.`,
  }))
}

/**
 * A warning for every neutral parameter that was given and that this provider lacks.
 *
 * @throws LikenessError `unsupported` instead, where the request says `onUnsupported: 'error'`, and always for
 * `mode: 'mock'`, since a real training would cost money
 */
export function unsupportedInFineTune(
  provider: string,
  capabilities: FineTuneCapabilities,
  request: FineTuneRequest,
): Warning[] {
  if (request.mode === 'mock' && !capabilities.parameters.mode) {
    throw new LikenessError({
      kind: 'unsupported',
      message: `${provider} has no free mock training, so nothing was sent.`,
      provider,
      fields: [{ field: 'mode', message: "only 'live'" }],
      hint: "Use mode: 'live', or rehearse against the emulator.",
    })
  }
  const captions = request.images.some((image) => image.caption !== undefined) || undefined
  const mode = request.mode === 'live' ? undefined : request.mode
  return warningsFor(provider, lacking(capabilities, { ...request, captions, mode }), request.onUnsupported)
}

/**
 * A warning for every neutral parameter that was given and that this provider lacks.
 *
 * @throws LikenessError `unsupported` instead, where the request says `onUnsupported: 'error'`
 */
export function unsupportedInGenerate(
  provider: string,
  capabilities: GenerateCapabilities,
  request: GenerateRequest,
): Warning[] {
  return warningsFor(provider, lacking(capabilities, { ...request }), request.onUnsupported)
}
