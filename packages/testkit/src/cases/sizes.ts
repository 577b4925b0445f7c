import assert from 'node:assert/strict'
import {
  fitSize,
  formatSize,
  type GenerateRequest,
  nearestAspectRatio,
  parseAspectRatio,
  parseSize,
  type Warning,
} from '@likeness/core'
import { group, skip } from '../case.js'
import { assertRefusedUnsent } from '../checks/requests.js'
import type { Session } from '../session.js'
import { draw, look, usualRequest } from '../work.js'

const { cases, check } = group('sizes')

/** A portrait and a landscape that the vendor makes, as it declares. */
function possibleSizes(session: Session): string[] {
  const { size } = session.generate().capabilities
  if (size.kind === 'aspect-ratios') skip('the vendor makes shapes, not sizes')
  return [
    { width: 768, height: 1024 },
    { width: 1152, height: 640 },
  ].map((wanted) => formatSize(fitSize(wanted, size)))
}

function assertRatio(actual: { width: number; height: number }, ratio: number, what: string): void {
  const off = Math.abs(Math.log(actual.width / actual.height / ratio))
  assert.ok(off < 0.03, `${actual.width}x${actual.height} is not of the shape of ${what}`)
}

const about = (warnings: readonly Warning[], parameter: string) =>
  warnings.find((warning) => warning.parameter === parameter)

/** The file is as large as was asked for, or as the warning says. */
async function assertSizeTold(
  session: Session,
  request: Partial<GenerateRequest>,
  parameter: 'size' | 'aspectRatio',
): Promise<void> {
  const asked = request[parameter] ?? ''
  const { started, status } = await draw(session, await usualRequest(session, request))
  const actual = await look(session, status.images[0])
  const warning = about(started.warnings, parameter)
  if (warning?.type === 'unsupported') return
  if (warning !== undefined) {
    assert.equal(warning.type, 'adjusted')
    assert.equal(warning.given, asked, 'the warning says what was given')
    assert.ok(warning.used, 'the warning says what was used')
  }
  const used = warning?.used ?? asked
  if (used.includes('x')) assert.equal(formatSize(actual), formatSize(parseSize(used)))
  else assertRatio(actual, parseAspectRatio(used), used)
}

check('a size the vendor makes comes out as asked', async (session) => {
  if (!session.generate().capabilities.parameters.size) skip('size is not declared')
  for (const size of possibleSizes(session)) {
    const { started, status } = await draw(session, await usualRequest(session, { size }))
    assert.equal(about(started.warnings, 'size'), undefined, `${size} needs no warning`)
    assert.equal(formatSize(await look(session, status.images[0])), size)
  }
})

check('a size the vendor does not make comes with a warning that says which one was used', async (session) => {
  if (!session.generate().capabilities.parameters.size) skip('size is not declared')
  await assertSizeTold(session, { size: '1001x777' }, 'size')
})

check(
  'a size that would be adjusted is refused before anything is sent, where onUnsupported is error',
  async (session) => {
    const { generate, capabilities } = session.generate()
    if (!capabilities.parameters.size) skip('size is not declared')
    const size = '1001x777'
    const warnings = await generate.validate(await usualRequest(session, { size }))
    if (about(warnings, 'size') === undefined) skip('the vendor makes any size')
    const strict = await usualRequest(session, { size, onUnsupported: 'error' })
    await assertRefusedUnsent(session, () => generate.start(strict), 'unsupported', 'invalid-request')
  },
)

for (const aspectRatio of ['16:9', '3:4', '7:5']) {
  check(`a picture of ${aspectRatio} has that shape, or a warning says which one was used`, async (session) => {
    if (!session.generate().capabilities.parameters.aspectRatio) skip('aspectRatio is not declared')
    await assertSizeTold(session, { aspectRatio }, 'aspectRatio')
  })
}

check('the shape that is used instead is the nearest', async (session) => {
  const { size, parameters } = session.generate().capabilities
  if (size.kind === 'pixels' || !parameters.aspectRatio) skip('the vendor makes sizes, not shapes')
  const warnings = await session.generate().generate.validate(await usualRequest(session, { aspectRatio: '50:3' }))
  assert.equal(about(warnings, 'aspectRatio')?.used, nearestAspectRatio(50 / 3, size.ratios))
})

check('each declared format comes out as asked', async (session) => {
  const { formats, parameters } = session.generate().capabilities
  if (!parameters.format) skip('format is not declared')
  for (const format of formats) {
    const { status } = await draw(session, await usualRequest(session, { format }))
    assert.equal((await look(session, status.images[0])).mediaType, `image/${format}`)
  }
})

check('a format that is not declared is refused or warned about', async (session) => {
  const { generate, capabilities } = session.generate()
  const format = (['webp', 'png', 'jpeg'] as const).find((one) => !capabilities.formats.includes(one))
  if (!capabilities.parameters.format || format === undefined) skip('every format is declared')
  const strict = await usualRequest(session, { format, onUnsupported: 'error' })
  await assertRefusedUnsent(session, () => generate.start(strict), 'invalid-request', 'unsupported')
})

/** What comes out is what was asked for, or it is said what comes instead. */
export const sizeCases = cases
