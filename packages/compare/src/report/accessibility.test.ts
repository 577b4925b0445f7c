import { describe, expect, it } from 'vitest'
import { evaluationStyles } from './evaluation-styles.js'
import { type PageElement, readText, samplePage } from './test-page.js'

const { document } = await samplePage()
const all = (selector: string) => [...document.querySelectorAll(selector)]

describe('the page for those who cannot see it or use no mouse', () => {
  it('names its language, its title and its width', () => {
    expect(document.documentElement.getAttribute('lang')).toBe('en')
    expect(document.title).not.toBe('')
    expect(document.querySelector('meta[name=viewport]')?.getAttribute('content')).toContain('width=device-width')
  })

  it('has headings in order: one first, and none that skips a level', () => {
    const levels = all('h1, h2, h3, h4, h5, h6').map(({ tagName }) => Number(tagName.slice(1)))
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1)
  })

  it('has no id twice, and no link or name that leads nowhere', () => {
    const ids = all('[id]').map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    const known = new Set(ids)
    const targets = [
      ...all('a[href^="#"]').map((link) => (link.getAttribute('href') ?? '').slice(1)),
      ...all('[aria-labelledby]').flatMap((one) => (one.getAttribute('aria-labelledby') ?? '').split(' ')),
    ]
    expect(targets.filter((id) => !known.has(id))).toEqual([])
  })

  it('says what every picture shows', () => {
    for (const image of all('img')) expect(image.getAttribute('alt')?.trim()).toBeTruthy()
    for (const svg of all('svg')) {
      const named = svg.getAttribute('aria-labelledby') !== null && svg.getAttribute('role') === 'img'
      expect(named || svg.getAttribute('aria-hidden') === 'true').toBe(true)
    }
  })

  it('names every link, every region and every landmark', () => {
    for (const link of all('a')) {
      expect(link.getAttribute('aria-label') ?? readText(link), link.outerHTML.slice(0, 200)).toMatch(/\S/)
    }
    for (const region of all('[role=region], nav')) expect(region.getAttribute('aria-label')).toMatch(/\S/)
    const names = all('.scroll').map((region) => region.getAttribute('aria-label'))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    for (const section of all('section')) expect(section.getAttribute('aria-labelledby')).toMatch(/\S/)
  })

  it('can be scrolled by keyboard wherever a table is wider than the page', () => {
    for (const table of all('table')) {
      const around = table.closest('.scroll, .plot-table, figcaption')
      expect(around, table.outerHTML.slice(0, 120)).not.toBeNull()
      if (around?.tagName !== 'FIGCAPTION') expect(around?.getAttribute('tabindex')).toBe('0')
    }
  })

  it('has heads with a scope in every table, and as many cells in every row', () => {
    for (const cell of all('th')) expect(cell.getAttribute('scope')).toMatch(/^(col|row|rowgroup)$/)
    for (const table of all('table')) {
      const width = (row: PageElement) =>
        [...row.children].reduce((sum, cell) => sum + Number(cell.getAttribute('colspan') ?? 1), 0)
      const widths = new Set([...table.querySelectorAll('tr')].map(width))
      expect(widths.size, table.outerHTML.slice(0, 300)).toBe(1)
    }
  })

  it('leads past the banner with its first link, and shows where the focus is', () => {
    const [first] = all('a')
    expect(first?.getAttribute('href')).toBe('#verdict')
    expect(evaluationStyles).toMatch(/a:focus-visible \{ outline: 3px/)
    expect(evaluationStyles).not.toMatch(/(?<!\.shot:target \{[^}]*)outline: (?:0|none)/)
  })

  it('holds lists of items alone', () => {
    for (const list of all('ul, ol')) {
      expect([...list.children].filter(({ tagName }) => tagName !== 'LI')).toEqual([])
    }
    for (const list of all('dl')) {
      expect([...list.children].filter(({ tagName }) => !['DT', 'DD', 'DIV'].includes(tagName))).toEqual([])
    }
  })
})

function luminance(colour: string): number {
  const channels =
    (colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : colour.match(/[\da-f]{2}/g)) ?? []
  const [red = 0, green = 0, blue = 0] = channels.map((hex) => {
    const value = Number.parseInt(hex, 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** The colours of a scheme, by the name of their variable. */
function colours(scheme: 'light' | 'dark'): Readonly<Record<string, string>> {
  const dark = [...evaluationStyles.matchAll(/@media \(prefers-color-scheme: dark\) \{ :root \{([^}]*)\}/g)]
  const light = [...evaluationStyles.matchAll(/(?<!\{ ):root \{([^}]*)\}/g)]
  const text = (scheme === 'light' ? light : [...light, ...dark]).map(([, body]) => body).join(';')
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[\da-f]{3,6})/g)].map(([, name, colour]) => [name, colour]),
  )
}

describe.each(['light', 'dark'] as const)('colours in the %s', (scheme) => {
  const of = colours(scheme)
  it.each([
    ['ink', 'paper'],
    ['ink', 'card'],
    ['soft', 'paper'],
    ['soft', 'card'],
    ['accent', 'paper'],
    ['accent', 'card'],
    ['alarm', 'card'],
    ['alarm', 'paper'],
    ['alarm', 'alarm-ground'],
    ['ink', 'alarm-ground'],
    ['note-ink', 'note'],
  ])('%s can be read on %s', (ink, ground) => {
    expect(contrast(of[ink] ?? '', of[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
})

it('can read the banner on either of its stripes', () => {
  for (const stripe of ['#ffd43b', '#ffe27a']) {
    expect(evaluationStyles).toContain(stripe)
    expect(contrast('#2a1e00', stripe)).toBeGreaterThanOrEqual(4.5)
  }
})
