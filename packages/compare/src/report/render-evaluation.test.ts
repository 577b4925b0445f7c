import { describe, expect, it } from 'vitest'
import type { EvaluatedPicture } from '../evaluate/evaluation.js'
import { notMeasured } from '../measure.js'
import { renderEvaluation } from './render-evaluation.js'
import { sampleEvaluation } from './test-evaluation-sample.js'
import { dots, readText, samplePage } from './test-page.js'

/** The sample's picture at a position, changed. */
function withPicture(index: number, changes: Partial<EvaluatedPicture>) {
  const { pictures } = sampleEvaluation()
  return { pictures: pictures.map((one, at) => (at === index ? { ...one, ...changes } : one)) }
}

describe('what the page says', () => {
  it('has its sections in the order in which they are read', async () => {
    const { document } = await samplePage()
    const sections = [...document.querySelectorAll('section')].map(({ id }) => id)
    expect(sections).toEqual([
      'verdict',
      'frontier',
      'vendors',
      'pairs',
      'plots',
      'votes',
      'pictures',
      'failures',
      'method',
      'limits',
      'recommendation',
    ])
    const links = [...document.querySelectorAll('.contents a')].map((link) => link.getAttribute('href'))
    expect(links).toEqual(sections.map((id) => `#${id}`))
  })

  it('says what was sent, what came and what was spent, for certain and at most', async () => {
    const { document } = await samplePage()
    expect(readText(document.querySelector('header .lead'))).toBe(
      '2 subjects, 6 prompts, 2 seeds and 1 size for each vendor: 68 of 72 pictures came. ' +
        'Spent: $13.52 for certain, $13.60 at most.',
    )
    const { run } = sampleEvaluation()
    const sure = await samplePage({ run: { ...run, committed: run.spent } })
    expect(readText(sure.document.querySelector('header .lead'))).toMatch(/Spent: \$13\.52\.$/)
  })

  it('begins with the answer, and gives each flag a place of its own instead of a line', async () => {
    const { vendors } = sampleEvaluation()
    const [message = ''] = vendors.flatMap(({ flags }) => flags.map((flag) => flag.message))
    const { document } = await samplePage({ answer: [`west: ${message}`, 'north is best.', 'It is dear.'] })
    expect(readText(document.querySelector('.headline'))).toBe('north is best.')
    expect(readText(document.querySelector('.verdict .sentences'))).toBe('It is dear.')
    expect(readText(document.querySelector('.flag'))).toBe(`Not the subject west${message}`)
    const tags = [...document.querySelectorAll('.figures th .tag, .by-vendor .tag')].map(readText)
    expect(new Set(tags)).toEqual(new Set(['Not the subject']))
    // Once in the table's open part, once in the folded one, and on each sheet of that vendor.
    expect(tags).toHaveLength(2 + 12)
  })

  it('says that vendors were emulated wherever somebody may look, and only then', async () => {
    const { document } = await samplePage()
    expect(readText(document.querySelector('.banner'))).toMatch(/^Emulated vendors\. No real vendor made/)
    expect(document.title).toMatch(/^\[emulated\] /)
    const captions = [...document.querySelectorAll('figure.plot-figure figcaption')].map(readText)
    expect(captions).toHaveLength(4)
    for (const caption of captions) expect(caption).toContain('(emulated vendors)')
    const { run } = sampleEvaluation()
    const real = await samplePage({ run: { ...run, emulated: false }, answer: [], limits: [] })
    expect(real.document.querySelector('.banner')).toBeNull()
    expect(real.document.title).not.toContain('emulated')
    expect(readText(real.document.querySelector('#plots'))).not.toContain('emulated')
    const unrecorded = await samplePage({ run: { ...run, emulated: undefined } })
    expect(readText(unrecorded.document.querySelector('.banner'))).toContain('did not record whether')
  })

  it('gives figures in their units with intervals, and the reason where there is none', async () => {
    const { document } = await samplePage()
    const rows = new Map(
      [...document.querySelectorAll('#vendors .figures tbody tr')].map((row) => {
        const [name = '', ...cells] = [...row.children].map(readText)
        return [name.replace(/ [↑↓=].*/, ''), cells] as const
      }),
    )
    expect(rows.get('Usable pictures')?.[1]).toMatch(/^83 %77 % to 89 %$/)
    expect(rows.get('Cost per picture')).toEqual(['$0.032', 'the cost of 2 pictures is unknown', '$0.015'])
    expect(rows.get('Time per picture')?.[0]).toMatch(/^\d+\.\d s\d+\.\d s to \d+\.\d s$/)
    expect(rows.get('Likeness')?.[0]).toMatch(/^0\.8\d0\.7\d to 0\.8\d$/)
  })

  it('shows everything that is known of a picture once it is enlarged', async () => {
    const { document, evaluation } = await samplePage()
    const index = evaluation.pictures.findIndex(({ vendor, faults }) => vendor === 'west' && faults.length > 0)
    const shot = document.getElementById(`picture-${index + 1}`)
    const text = readText(shot)
    expect(text).toContain('a photo of robby on a beach')
    expect(text).toContain('Seed11')
    expect(text).toContain('$0.015, as the vendor answered')
    expect(text).toContain('does not show the subject: likeness 0.06')
    expect(text).toContain('10:03:00 accepted as job-17')
    expect(shot?.querySelector('a[href^="images/"]')?.getAttribute('href')).toBe(
      evaluation.pictures[index]?.image?.file,
    )
    const opener = document.getElementById(`open-${index + 1}`)
    expect(opener?.getAttribute('href')).toBe(`#${shot?.id}`)
    expect([...(shot?.querySelectorAll('.controls a') ?? [])].map((link) => link.getAttribute('href'))).toContain(
      `#open-${index + 1}`,
    )
  })

  it('lists the measures of a picture in the order of the report, whichever scorer ended first', async () => {
    const [picture] = sampleEvaluation().pictures
    const reversed = Object.fromEntries(Object.entries(picture?.readings ?? {}).toReversed())
    const { document, evaluation } = await samplePage(withPicture(0, { readings: reversed }))
    const titles = [...document.querySelectorAll('#picture-1 table tbody th')].map(readText)
    const known = evaluation.measures.filter(({ name }) => name in reversed).map(({ title }) => title)
    expect(titles).toEqual(known)
    expect(titles[0]).toBe('Likeness')
  })

  it('enlarges photos too, each with a way back', async () => {
    const { document, evaluation } = await samplePage()
    const photos = [...document.querySelectorAll('.photos .shot')]
    expect(photos).toHaveLength(evaluation.subjects.flatMap(({ photos, heldOut }) => [...photos, ...heldOut]).length)
    for (const photo of photos) {
      expect(photo.querySelector('a.open')?.getAttribute('href')).toBe(`#${photo.id}`)
      expect(photo.querySelector('.controls a')?.getAttribute('href')).toBe(`#${photo.querySelector('a.open')?.id}`)
    }
    expect(readText(document.getElementById('kept-back-2-3'))).toContain('Photo kept back 3 of mug')
  })

  it('tells of each training what it cost, how long it took and its way', async () => {
    const { document } = await samplePage()
    const table = document.querySelector('[aria-label="Each training"]')
    const rows = [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) => readText(row))
    expect(rows).toHaveLength(6)
    expect(rows[0]).toContain('northrobbysucceeded$2.00, by the price table3 min 1 smodel-north-robby')
    expect(rows[0]).toContain('10:03:00 accepted as job-17')
  })

  it('groups what failed by vendor and reason, with the hint, how often and the cost', async () => {
    const { document } = await samplePage()
    const rows = [...document.querySelectorAll('#failures tbody tr')].map((row) => [...row.children].map(readText))
    expect(rows).toEqual([
      ['south-long', '4 pictures', 'content-blocked', 'The filter refused the prompt.Say it in other words.', '$0.00'],
    ])
    const links = [...document.querySelectorAll('#failures details a')].map((link) => link.getAttribute('href') ?? '')
    expect(links).toHaveLength(24)
    for (const link of links) expect(document.getElementById(link.slice(1)), link).not.toBeNull()
  })

  it('tells of each measure what it does not mean, and names the weights', async () => {
    const { document, evaluation } = await samplePage()
    for (const { name, notMeaning } of evaluation.measures) {
      expect(readText(document.getElementById(`measure-${name}`))).toContain(notMeaning)
    }
    expect(readText(document.querySelector('#method .hash'))).toBe('ab'.repeat(32))
    expect(readText(document.querySelector('#method'))).toContain('run `likeness models pull`')
  })

  it('holds the config that it leads to, or says why there is none', async () => {
    const { document } = await samplePage()
    expect(readText(document.querySelector('#recommendation pre'))).toContain('routers:')
    const none = await samplePage({ recommendation: undefined, withoutRecommendation: 'likeness was not scored' })
    expect(readText(none.document.querySelector('#recommendation'))).toContain('likeness was not scored')
  })
})

describe('what is missing', () => {
  it('says why there is no likeness and what to do, and draws the rest', async () => {
    const sample = sampleEvaluation()
    const message = 'likeness not scored: run `likeness models pull`'
    const { document } = await samplePage({
      vendors: sample.vendors.map((vendor) => ({
        ...vendor,
        figures: { ...vendor.figures, likeness: { state: 'not-measured', message } },
      })),
      pictures: sample.pictures.map((one) => ({
        ...one,
        readings: { ...one.readings, likeness: notMeasured('unavailable', message) },
      })),
      judged: [],
    })
    expect(readText(document.querySelector('#frontier .notice'))).toMatch(/ alone\. Run `likeness models pull`\.$/)
    expect(document.querySelector('#frontier-plot')).toBeNull()
    expect(document.querySelector('#latency-plot')).not.toBeNull()
    expect(document.querySelector('#pairs')).toBeNull()
    expect(document.querySelectorAll('.by-vendor .shot img').length).toBe(68)
  })

  it('stands where no scorer took part at all', async () => {
    const sample = sampleEvaluation()
    const { document } = await samplePage({
      measures: sample.measures.filter(({ scorer }) => scorer === undefined),
      pictures: sample.pictures.map((one) => ({ ...one, readings: {}, usable: undefined })),
      scorers: [],
      judged: [],
      votes: undefined,
    })
    expect(readText(document.querySelector('#frontier .notice'))).toContain('Likeness was not scored')
    expect(readText(document.querySelector('#method'))).toContain('No scorer took part.')
    expect(document.querySelector('#votes')).toBeNull()
  })

  it('shows a picture that is gone, one that never came and one whose outcome is unknown, each as such', async () => {
    const evaluation = sampleEvaluation(withPicture(2, { state: 'unknown', image: undefined, readings: {} }))
    const file = evaluation.pictures[0]?.image?.file ?? ''
    const thumbnails = dots(evaluation, { [file]: { state: 'missing', message: 'The file is missing.' } })
    const text = await renderEvaluation(evaluation, { thumbnails, originals: true })
    expect(text).toContain('The file is missing.')
    expect(text).toContain('outcome unknown')
    expect(text).toMatch(/<strong>failed<\/strong>The filter refused the prompt\./)
  })

  it('never shows an unknown cost as nothing', async () => {
    const { document } = await samplePage(withPicture(0, { cost: undefined }))
    expect(readText(document.getElementById('picture-1'))).toContain('Costunknown')
  })

  it('says that a run is not complete', async () => {
    const { run } = sampleEvaluation()
    const { document } = await samplePage({ run: { ...run, complete: false } })
    expect(readText(document.querySelector('.verdict .notice'))).toContain('The run is not complete.')
  })

  it('draws one vendor, one subject and one prompt', async () => {
    const sample = sampleEvaluation()
    const [vendor, subject, prompt] = [sample.vendors[0], sample.subjects[0], sample.prompts[0]]
    if (vendor === undefined || subject === undefined || prompt === undefined) throw new Error('the sample is empty')
    const { document } = await samplePage({
      vendors: [vendor],
      subjects: [subject],
      prompts: [prompt],
      pictures: sample.pictures.filter(
        (one) => one.vendor === vendor.name && one.subject === subject.key && one.prompt === prompt.id,
      ),
      judged: [],
      votes: undefined,
    })
    expect(document.querySelectorAll('.by-vendor .shot').length).toBe(2)
    expect(readText(document.querySelector('#ranking-plot'))).toContain("the photos' own level")
  })
})

describe('what comes from others', () => {
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\' https://evil.example/x'

  it('is escaped wherever it stands', async () => {
    const sample = sampleEvaluation()
    const error = { kind: 'job-failed', message: hostile, billed: 'maybe', hint: hostile, code: hostile } as const
    const { document, text } = await samplePage({
      prompts: sample.prompts.map((one) => ({ ...one, prompt: `${one.prompt} ${hostile}` })),
      subjects: sample.subjects.map((one) => ({ ...one, subject: { className: hostile, name: hostile } })),
      answer: [hostile, hostile],
      limits: [hostile],
      pictures: sample.pictures.map((one, index) => ({
        ...one,
        faults: [hostile],
        trail: [{ at: '2026-11-20T10:00:00.000Z', text: hostile }],
        ...(index % 7 === 0 && { state: 'failed' as const, image: undefined, error }),
      })),
      scorers: sample.scorers.map((one) => ({ ...one, reason: hostile, notes: [hostile] })),
    })
    expect(text).not.toMatch(/<script|<img src=x/)
    expect(document.querySelector('script')).toBeNull()
    const outside = [...document.querySelectorAll('[src], [href]')].flatMap((element) =>
      [element.getAttribute('src'), element.getAttribute('href')].filter(
        (address) => address !== null && !/^(data:image\/webp;|#|images\/[\w-]+\.jpg$)/.test(address),
      ),
    )
    expect(outside).toEqual([])
    const handlers = [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes].filter(({ name }) => name.startsWith('on')),
    )
    expect(handlers).toEqual([])
  })

  it('is escaped in the names of vendors and subjects too, which a file that was changed may hold', async () => {
    const sample = sampleEvaluation()
    const renamed = (name: string) => (name === 'west' ? hostile : name)
    const { document, text } = await samplePage({
      vendors: sample.vendors.map((one) => ({ ...one, name: renamed(one.name), provider: hostile })),
      subjects: sample.subjects.map((one, index) => (index === 0 ? { ...one, key: hostile } : one)),
      pictures: sample.pictures.map((one) => ({
        ...one,
        vendor: renamed(one.vendor),
        subject: one.subject === sample.subjects[0]?.key ? hostile : one.subject,
      })),
    })
    expect(text).not.toMatch(/<script|<img src=x/)
    expect(document.querySelector('script')).toBeNull()
    expect(document.title).toContain(hostile)
  })

  it('never becomes a link out of the folder of the run', async () => {
    const [picture] = sampleEvaluation().pictures
    if (picture?.image === undefined) throw new Error('the sample has no picture')
    for (const file of ['../../etc/passwd', 'javascript:alert(1)', 'https://evil.example/x.png', 'images/../x.png']) {
      const { document } = await samplePage(withPicture(0, { image: { ...picture.image, file } }))
      expect(document.querySelector('#picture-1 dd a'), file).toBeNull()
    }
  })
})

it('loads nothing, and needs no script', async () => {
  const { text, document } = await samplePage()
  expect(text).not.toMatch(/@import|<link|<script|<iframe|url\((?!#)/)
  expect(text.match(/\b(?:src|srcset|href|poster|action)="(?!data:image\/webp|#|images\/)[^"]*"/g)).toBeNull()
  for (const image of document.querySelectorAll('img')) expect(image.getAttribute('src')).toMatch(/^data:image\/webp;/)
  const policy = document.querySelector('head > meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')
  expect(policy).toMatch(/^default-src 'none'; img-src data:; style-src 'unsafe-inline';/)
})

it('links to the pictures as they came only where it lies beside them', async () => {
  const evaluation = sampleEvaluation()
  const text = await renderEvaluation(evaluation, { thumbnails: dots(evaluation), originals: false })
  expect(text).not.toContain('href="images/')
})

it('is the same each time', async () => {
  expect((await samplePage()).text).toBe((await samplePage()).text)
})
