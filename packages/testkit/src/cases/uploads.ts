import assert from 'node:assert/strict'
import { group, skip } from '../case.js'
import { rejection } from '../checks/rejection.js'
import { imageFile } from '../photos/image-file.js'
import { trainingPhotos } from '../photos/training-photos.js'
import { fineTuneRequest } from '../requests.js'

const { cases, check } = group('fine-tune')

check('photos arrive byte for byte', async (session) => {
  const requests = await session.requestsDuring(() => session.fineTune().fineTune.start(fineTuneRequest(session)))
  const arrived = new Set(requests.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))
  const missing = session.photos.filter(({ sha256 }) => !arrived.has(sha256))
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
    'photos that did not arrive as they were',
  )
})

check('a stream of many chunks arrives whole', async (session) => {
  const images = session.photos.map((photo, index) => {
    const bytes = trainingPhotos()[index] ?? Buffer.alloc(0)
    async function* stream() {
      for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000)
    }
    return { ...photo, stream }
  })
  const requests = await session.requestsDuring(() =>
    session.fineTune().fineTune.start(fineTuneRequest(session, { images })),
  )
  const arrived = new Set(requests.flatMap(({ files }) => files.map(({ sha256 }) => sha256)))
  assert.ok(
    images.every(({ sha256 }) => arrived.has(sha256)),
    'photos must arrive as they were',
  )
})

check('photos that cannot be read fail the start, and no job is made', async (session) => {
  const images = session.photos.map((photo, index) => {
    if (index !== 2) return photo
    return {
      ...photo,
      // biome-ignore lint/correctness/useYield: it fails before the first chunk
      async *stream(): AsyncGenerator<Uint8Array> {
        throw new Error('the disk is gone')
      },
    }
  })
  await rejection(session.fineTune().fineTune.start(fineTuneRequest(session, { images })))
  assert.equal(session.control.jobs.length, 0)
})

check('photos of the same content and others of the same name are kept apart', async (session) => {
  const { fineTune, capabilities } = session.fineTune()
  if ((capabilities.images.maximum ?? 8) < 8) skip('the vendor takes fewer than eight photos')
  const extra = trainingPhotos()
    .slice(0, 2)
    .map((photo, index) => imageFile(photo, `again ${index + 1} (copy).png`))
  const images = [...session.photos, ...extra]
  const requests = await session.requestsDuring(() => fineTune.start(fineTuneRequest(session, { images })))
  const known = new Set(images.map(({ sha256 }) => sha256))
  const arrived = requests.flatMap(({ files }) => files).filter(({ sha256 }) => known.has(sha256))
  assert.equal(arrived.length, images.length, 'every photo arrives')
})

/** Photos on their way to the vendor. */
export const uploadCases = cases
