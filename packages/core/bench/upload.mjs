// Peak memory of zipping and uploading photos. As a child: upload.mjs <client> <base> <folder>
import { randomBytes } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { falClient, likenessProvider } from './clients.mjs'
import { median, report, runClient, startServer } from './processes.mjs'

/** What a caller of fal's client must do: it takes a Blob, so the zip is made first. */
async function zipInMemory(folder) {
  const { zipStream } = await import('../../adapter-kit/dist/index.js')
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name)
    return { name, bytes: readFileSync(path).length, open: () => createReadStream(path) }
  })
  const chunks = []
  for await (const chunk of zipStream(files).open()) chunks.push(chunk)
  return new Blob(chunks, { type: 'application/zip' })
}

const uploads = {
  async Likeness(base, folder) {
    const { startFineTune } = await import('../dist/index.js')
    await startFineTune({ provider: await likenessProvider(base), subject: { className: 'dog' }, images: [folder] })
  },
  async '@fal-ai/client storage.upload'(base, folder) {
    const client = await falClient(base)
    const url = await client.storage.upload(await zipInMemory(folder))
    await client.queue.submit('fal-ai/flux-lora-fast-training', { input: { images_data_url: url } })
  },
}

/** Random bytes behind the head of a JPEG, so that they are known as pictures; no server here decodes them. */
function makePhotos(megabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-bench-'))
  const head = Buffer.from(
    'ffd8ffe000104a46494600010100000100010000ffc0001108040004000301220002110103110 1'.replaceAll(' ', ''),
    'hex',
  )
  for (let index = 0; index < 20; index += 1) {
    writeFileSync(join(folder, `photo-${index}.jpg`), Buffer.concat([head, randomBytes((megabytes / 20) * 1_000_000)]))
  }
  return folder
}

/** Of this process alone. Linux counts the parent's memory at the fork into `maxRSS`, but not into `VmHWM`. */
function peakMegabytes() {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kilobytes) / 1024
}

const [ours, fal] = Object.keys(uploads)
const cases = [
  [ours, 0.2],
  [ours, 60],
  [ours, 600],
  [fal, 0.2],
  [fal, 60],
]

export async function run(rounds) {
  const folders = Object.fromEntries([0.2, 60, 600].map((megabytes) => [megabytes, makePhotos(megabytes)]))
  const seen = new Map(cases.map(([name, size]) => [`${name} ${size}`, []]))
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, size] of cases) {
        const server = await startServer()
        seen.get(`${name} ${size}`).push(await runClient('upload.mjs', [name, server.base, folders[size]]))
        const { bytes = 0 } = await server.control('counts')
        if (bytes < size * 1_000_000) throw new Error(`${name} sent ${bytes} bytes of ${size} MB`)
        server.stop()
      }
    }
  } finally {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true })
  }
  const peak = (name, size) => median(seen.get(`${name} ${size}`).map(({ megabytes }) => megabytes))
  // The same work on next to nothing is what a client needs anyway.
  const rise = (name, size) => peak(name, size) - peak(name, 0.2)
  report(
    `upload: peak memory (median of ${rounds} rounds)`,
    ['client', 'photos, MB', 'peak RSS, MB', 'rise, MB'],
    cases.map(([name, size]) => [name, size, peak(name, size).toFixed(0), rise(name, size).toFixed(0)]),
    [
      { text: `rise of 60 MB against ${fal}`, value: rise(ours, 60) / rise(fal, 60), limit: 0.3 },
      { text: `rise of 600 MB against 60 MB by ${fal}`, value: rise(ours, 600) / rise(fal, 60), limit: 0.3 },
      // A tenth is the spread between runs of the same process.
      { text: 'peak of 600 MB against 60 MB', value: peak(ours, 600) / peak(ours, 60), limit: 1.1 },
    ],
  )
}

const [, script, name, base, folder] = process.argv
if (script.endsWith('upload.mjs')) {
  await uploads[name](base, folder)
  console.log(JSON.stringify({ megabytes: peakMegabytes() }))
  process.exit(0)
}
