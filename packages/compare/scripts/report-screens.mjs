// node scripts/report-screens.mjs <folder of a report> [folder for the pictures]
// Photographs a report in Chromium: light and dark, at a desk and on a phone, and one picture enlarged.
import { spawnSync } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, phonePage, photograph } from './chromium.mjs'

const [report, folder = join(tmpdir(), 'likeness-report-screens')] = process.argv.slice(2)

if (report === undefined) {
  console.error('Name the folder of a report: node scripts/report-screens.mjs runs/first')
  process.exit(2)
}
if (spawnSync(chromium, ['--version']).status !== 0) {
  console.error(`NOT PHOTOGRAPHED: there is no ${chromium} here. Install Chromium, or name it in CHROMIUM.`)
  process.exit(3)
}

const page = pathToFileURL(resolve(report, 'report.html')).href
const text = await readFile(resolve(report, 'report.html'), 'utf8')
const enlarged = /id="(picture-\d+)"/.exec(text)?.[1]
await mkdir(folder, { recursive: true })

const shot = (name, size, scheme, address) =>
  photograph({ address, file: join(folder, `${name}-${scheme}.png`), size, scheme })
const onPhone = (name, address, height) => phonePage(join(folder, `${name}.html`), address, height)

for (const scheme of ['light', 'dark']) {
  await shot('desk', [1280, 1500], scheme, page)
  await shot('whole', [1280, 9000], scheme, page)
  await shot('phone', [500, 5000], scheme, await onPhone('phone', page, 5000))
  if (enlarged === undefined) continue
  await shot('enlarged', [1280, 900], scheme, `${page}#${enlarged}`)
  await shot('enlarged-phone', [500, 844], scheme, await onPhone('enlarged', `${page}#${enlarged}`, 844))
}
