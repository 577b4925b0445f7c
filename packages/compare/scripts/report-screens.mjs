// node scripts/report-screens.mjs <folder of a report> [folder for the pictures]
// Photographs a report in Chromium: light and dark, at a desk and on a phone, and one picture enlarged.
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [report, folder = join(tmpdir(), 'likeness-report-screens')] = process.argv.slice(2)
const chromium = process.env.CHROMIUM ?? 'chromium'

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

async function shot(name, [width, height], scheme, address) {
  // Its own profile: a running browser would otherwise open the page and this one take no picture.
  const profile = await mkdtemp(join(tmpdir(), 'likeness-chromium-'))
  const file = join(folder, `${name}-${scheme}.png`)
  const { status, stderr } = spawnSync(
    chromium,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${profile}`,
      `--window-size=${width},${height}`,
      `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
      '--allow-file-access-from-files',
      `--screenshot=${file}`,
      address,
    ],
    { encoding: 'utf8', timeout: 120_000 },
  )
  await rm(profile, { recursive: true, force: true })
  if (status !== 0) throw new Error(`${chromium} took no picture ${name}: ${stderr}`)
  console.log(file)
}

// Headless Chromium has windows of 500 pixels at least, so that the phone is a frame in a page.
async function phonePage(name, address, height) {
  const path = join(folder, `${name}.html`)
  const frame = `<iframe src="${address}" style="border:0;width:390px;height:${height}px"></iframe>`
  await writeFile(path, `<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0">${frame}`)
  return pathToFileURL(path).href
}

for (const scheme of ['light', 'dark']) {
  await shot('desk', [1280, 1500], scheme, page)
  await shot('whole', [1280, 9000], scheme, page)
  await shot('phone', [500, 5000], scheme, await phonePage('phone', page, 5000))
  if (enlarged === undefined) continue
  await shot('enlarged', [1280, 900], scheme, `${page}#${enlarged}`)
  await shot('enlarged-phone', [500, 844], scheme, await phonePage('enlarged', `${page}#${enlarged}`, 844))
}
