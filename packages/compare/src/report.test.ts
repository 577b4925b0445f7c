import { LikenessError, nanoUSD } from '@likeness/core'
import { describe, expect, it } from 'vitest'
import { renderReport } from './report.js'
import type { ReportData, ReportPicture } from './report-data.js'

const image = { alt: 'A picture', src: 'data:image/png;base64,AAAA', width: 1024, height: 768 }
const work = { warnings: [], attempts: [] }
const cost = { amount: nanoUSD(0.035), currency: 'USD', source: 'vendor-response', lines: [] } as const

function data(pictures: readonly ReportPicture[], overrides: Partial<ReportData> = {}): ReportData {
  return {
    subject: { className: 'dog', name: 'Rex <script>alert(1)</script>' },
    createdAt: '2026-11-20T10:00:00.000Z',
    emulated: false,
    photos: [image],
    providers: ['one', 'two'],
    trainings: [{ provider: 'one', ...work, cost, durationMs: 2_500 }],
    prompts: ['a "portrait" of <b>{subject}</b>'],
    pictures,
    ...overrides,
  }
}

describe('renderReport', () => {
  it('escapes everything that comes from outside', () => {
    const page = renderReport(data([]))
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<b>{subject}')
    expect(page).toContain('a &quot;portrait&quot; of &lt;b&gt;{subject}&lt;/b&gt;')
  })

  it('loads nothing', () => {
    const page = renderReport(data([{ provider: 'one', prompt: 0, ...work, image, cost }]))
    expect(page.match(/(?:src|href)="(?!data:|#)[^"]*"/g)).toBeNull()
    expect(page).not.toMatch(/url\(|@import|<link/)
  })

  it('does not show an unknown cost as nothing, nor an estimate as a fact', () => {
    const estimate = {
      minimum: nanoUSD(0.03),
      maximum: nanoUSD(0.06),
      currency: 'USD',
      lines: [],
      asOf: '2026',
    } as const
    const page = renderReport(
      data([
        { provider: 'one', prompt: 0, ...work, image },
        { provider: 'two', prompt: 0, ...work, image, estimate },
      ]),
    )
    expect(page).toContain('cost unknown')
    expect(page).toContain('about $0.03 to $0.06 (estimate)')
    expect(page).not.toContain('$0.00')
  })

  it('shows why a picture is missing', () => {
    const error = new LikenessError({
      kind: 'content-blocked',
      message: 'The filter struck.',
      hint: 'Say it otherwise.',
    })
    const page = renderReport(data([{ provider: 'one', prompt: 0, ...work, error: error.toJSON() }]))
    expect(page).toContain('The filter struck.')
    expect(page).toContain('Say it otherwise.')
    expect(page).toContain('0 of 1')
  })

  it('says when the vendors were emulated, and only then', () => {
    expect(renderReport(data([], { emulated: true }))).toContain('Emulated vendors. No vendor was called')
    expect(renderReport(data([]))).not.toContain('Emulated vendors')
  })

  it('shows who stood in for a broken vendor, and each step of the way; an unknown cost is not nothing', () => {
    const step = { provider: 'one', target: 'one', role: 'first', at: '2026-11-20T10:00:00.000Z', ms: 30 } as const
    const trail = [
      { ...step, outcome: 'unknown', kind: 'outcome-unknown', next: 'fallback to two: <why>' },
      { ...step, target: 'two', role: 'fallback', outcome: 'succeeded', cost },
    ] as const
    const pictures = [{ provider: 'two', prompt: 0, ...work, image, cost, trail }]
    const fallback = { router: 'best', broken: 'one', prompts: ['a {subject}'], pictures }
    const page = renderReport(data([], { fallback }))
    expect(page).toContain('When a vendor breaks')
    expect(page).toMatch(
      /class="step bad"><strong>one<\/strong> unknown[\s\S]*?cost unknown[\s\S]*?fallback to two: &lt;why&gt;/,
    )
    expect(page).toMatch(/class="step good"><strong>two<\/strong> succeeded[\s\S]*?\$0\.035/)
    expect(renderReport(data([]))).not.toContain('When a vendor breaks')
  })
})
