// Peak memory of zipping and uploading photos. As a child: upload.mjs <client> <base> <folder>
import { randomBytes } from 'node:crypto'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  async 'idle, Likeness'(base) {
    await likenessProvider(base)
    await import('../dist/index.js')
  },
  async Likeness(base, folder) {
    const { startFineTune } = await import('../dist/index.js')
    await startFineTune({ provider: await likenessProvider(base), subject: { className: 'dog' }, images: [folder] })
  },
  'idle, @fal-ai/client': falClient,
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

export async function run(rounds) {
  const folders = { 60: makePhotos(60), 600: makePhotos(600) }
  const cases = [...Object.keys(uploads).map((name) => [name, 60]), ['Likeness', 600]]
  const seen = new Map(cases.map(([name, size]) => [`${name} ${size}`, []]))
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, size] of cases) {
        const server = await startServer()
        seen.get(`${name} ${size}`).push(await runClient('upload.mjs', [name, server.base, folders[size]]))
        const { bytes = 0 } = await server.control('counts')
        if (!name.startsWith('idle') && bytes < size * 1_000_000)
          throw new Error(`${name} sent ${bytes} bytes of ${size} MB`)
        server.stop()
      }
    }
  } finally {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true })
  }
  const of = (name, size = 60) => median(seen.get(`${name} ${size}`).map(({ megabytes }) => megabytes))
  const ours = of('Likeness') - of('idle, Likeness')
  const fal = of('@fal-ai/client storage.upload') - of('idle, @fal-ai/client')
  const large = of('Likeness', 600) - of('idle, Likeness')
  report(
    `upload: peak memory (median of ${rounds} rounds)`,
    ['client', 'photos, MB', 'peak RSS, MB'],
    cases.map(([name, size]) => [name, name.startsWith('idle') ? '' : size, of(name, size).toFixed(0)]),
    [
      { text: 'memory above idle against fal, 60 MB', value: ours / fal, limit: 0.3 },
      // A tenth is the spread between runs of the same process.
      { text: 'peak memory of 600 MB against 60 MB', value: of('Likeness', 600) / of('Likeness'), limit: 1.1 },
      { text: 'memory above idle of 600 MB against fal, 60 MB', value: large / fal, limit: 0.3 },
    ],
  )
}

const [, script, name, base, folder] = process.argv
if (script.endsWith('upload.mjs')) {
  await uploads[name](base, folder)
  console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 }))
  process.exit(0)
}
