import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown.js'
import { markdownRow, plain } from './markdown-text.js'
import { sampleEvaluation } from './test-evaluation-sample.js'

describe('plain', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['<img src=x>', '\\<img src=x\\>'],
    ['**bold** and `code`', '\\*\\*bold\\*\\* and \\`code\\`'],
    ['[text](https://evil.example)', '\\[text\\](https:\u200b//evil.example)'],
    ['www.evil.example', 'www\u200b.evil.example'],
    ['@everyone fixes #12', '@\u200beveryone fixes #\u200b12'],
    ['# no heading', '\\# no heading'],
    ['- no item', '\\- no item'],
    ['1. no item', '1\\. no item'],
    ['0.82 (0.79 to 0.85)', '0.82 (0.79 to 0.85)'],
    ['two\nlines\r\n', 'two lines'],
    ['&lt;b&gt;', '\\&lt;b\\&gt;'],
  ])('%j becomes %j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })
})

describe('renderMarkdown', () => {
  it('says the verdict first, then flags, figures, failures, recommendation and limits', () => {
    const text = renderMarkdown(sampleEvaluation())
    expect(text).toMatch(/\*\*north has the best likeness/)
    const places = [
      '**north has',
      '⚠️ **Not the subject** (west)',
      '## Vendors',
      '## Votes',
      '## Failures',
      '## Recommendation',
      '## Limits',
    ].map((part) => text.indexOf(part))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places).not.toContain(-1)
    expect(text).toContain('| Cost per picture | $0.032 | the cost of 2 pictures is unknown | $0.015 |')
    expect(text).toContain(
      '| south-long | 4 pictures | content-blocked | The filter refused the prompt. Say it in other words. | $0.00 |',
    )
  })

  it('has tables whose rows are all as wide as their heads', () => {
    const hostile = sampleEvaluation({
      pictures: sampleEvaluation().pictures.map((one) =>
        one.error === undefined ? one : { ...one, error: { ...one.error, message: 'a | b\n| c |', hint: '|' } },
      ),
    })
    const tables = renderMarkdown(hostile)
      .split(/\n\n/)
      .filter((part) => part.startsWith('|'))
    expect(tables.length).toBeGreaterThan(1)
    for (const table of tables) {
      const widths = table
        .trim()
        .split('\n')
        .map((row) => row.replaceAll('\\|', '').split('|').length)
      expect(new Set(widths).size, table).toBe(1)
    }
  })

  it('says that the vendors were emulated on top, and only then', () => {
    const { run } = sampleEvaluation()
    const [title = '', , mark, warning] = renderMarkdown(sampleEvaluation()).split('\n')
    expect(title).toContain('[emulated\\]')
    expect([mark, warning]).toEqual(['> [!WARNING]', expect.stringContaining('Emulated vendors')])
    const real = sampleEvaluation({ run: { ...run, emulated: false }, answer: ['north is best.'], limits: [] })
    expect(renderMarkdown(real)).not.toMatch(/emulated/i)
    expect(renderMarkdown(sampleEvaluation({ run: { ...run, emulated: undefined } }))).toContain(
      'did not record whether',
    )
  })

  it('says why nothing is recommended, and that a run is not complete', () => {
    const { run } = sampleEvaluation()
    const text = renderMarkdown(
      sampleEvaluation({
        run: { ...run, complete: false },
        recommendation: undefined,
        withoutRecommendation: 'likeness was not scored',
      }),
    )
    expect(text).toContain('## Recommendation\n\nlikeness was not scored')
    expect(text).toContain('The run is not complete')
  })
})

it('escapes the cells of a row', () => {
  expect(markdownRow(['a|b', '#1'])).toBe('| a\\|b | \\#\u200b1 |')
})
