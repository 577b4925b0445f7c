// Photographs pages in Chromium, for the scripts of this folder.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The command; `CHROMIUM` names another. */
export const chromium = process.env.CHROMIUM ?? 'chromium'

/** Takes a picture of a window of that size, `light` or `dark`, and prints where it lies. */
export async function photograph({ address, file, size: [width, height], scheme }) {
  // Its own profile: a running browser would otherwise open the page and this one take no picture.
  const profile = await mkdtemp(join(tmpdir(), 'likeness-chromium-'))
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
  if (status !== 0) throw new Error(`${chromium} took no picture ${file}: ${stderr}`)
  console.log(file)
}

/** Writes a page that shows another as a phone does: headless Chromium has windows of 500 pixels at least. */
export async function phonePage(path, address, height) {
  const frame = `<iframe src="${address}" style="border:0;width:390px;height:${height}px"></iframe>`
  await writeFile(path, `<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0">${frame}`)
  return pathToFileURL(path).href
}
