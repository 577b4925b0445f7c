import type { Capabilities, GenerateParameter, ImageLimits, SizeSupport } from '@likeness/core'

/** One column of the table. */
export interface Column {
  readonly name: string
  readonly capabilities: Capabilities
}

const yes = (value: boolean | undefined) => (value ? 'yes' : 'no')

function limits({ minimum, maximum, recommended }: ImageLimits): string {
  const range = maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`
  return recommended === undefined ? range : `${range} (best ${recommended.minimum} to ${recommended.maximum})`
}

function sizes(support: SizeSupport): string {
  if (support.kind === 'aspect-ratios') return `${support.ratios.length} aspect ratios`
  return `${support.minimum} to ${support.maximum} px, multiples of ${support.multipleOf}`
}

const parameters: readonly GenerateParameter[] = [
  'seed',
  'negativePrompt',
  'steps',
  'guidanceScale',
  'strength',
  'format',
  'image',
  'mask',
]

const rows: readonly (readonly [string, (capabilities: Capabilities) => string])[] = [
  ['Trains on', ({ fineTune }) => fineTune?.bases.join(', ') ?? 'no'],
  ['Training images', ({ fineTune }) => (fineTune ? limits(fineTune.images) : 'no')],
  ['Captions', ({ fineTune }) => yes(fineTune?.parameters.captions)],
  ['Free mock training', ({ fineTune }) => yes(fineTune?.parameters.mode)],
  ['Weights can leave', ({ fineTune }) => yes(fineTune?.weights)],
  [
    "Loads others' weights",
    ({ generate }) => generate?.loads.map(({ base, format }) => `${base} ${format}`).join(', ') || 'no',
  ],
  ['Lost training found again', ({ fineTune }) => yes(fineTune?.find)],
  ['Lost generation found again', ({ generate }) => yes(generate?.find)],
  ['Pictures in one request', ({ generate }) => String(generate?.maximumImages ?? 'no')],
  ['Sizes', ({ generate }) => (generate ? sizes(generate.size) : 'no')],
  ['Formats', ({ generate }) => generate?.formats.join(', ') ?? 'no'],
  ...parameters.map(
    (parameter) => [`\`${parameter}\``, ({ generate }: Capabilities) => yes(generate?.parameters[parameter])] as const,
  ),
  ['Cancel a training', ({ fineTune }) => yes(fineTune?.cancel)],
  ['Cancel a generation', ({ generate }) => yes(generate?.cancel)],
  ['Delete a model', ({ fineTune }) => yes(fineTune?.remove)],
  ['Callbacks proven by', ({ webhooks }) => webhooks],
]

/** The table of what each provider can do, as Markdown. */
export function capabilityTable(columns: readonly Column[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...columns.map(({ name }) => name)]),
    line(['---', ...columns.map(() => '---')]),
    ...rows.map(([title, cell]) => line([title, ...columns.map(({ capabilities }) => cell(capabilities))])),
  ].join('\n')
}
