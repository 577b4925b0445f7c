import { ArchiveError, openArchive } from '../core/archive.js'
import type { StoredFile } from '../core/files.js'
import { UnreachableUrlError } from '../core/reach.js'
import type { ReceivedFile } from '../core/types.js'
import type { VendorContext } from '../core/vendor.js'
import type { FineTune } from './records.js'
import type { Storage } from './storage.js'

/** "Under 100 MB", read as decimal. */
const maximumBytes = 100_000_000

/** JPG, JPEG, PNG and WebP (docs.bfl.ml/finetuning). */
const formats = new Set(['jpeg', 'png', 'webp'])

/** The job fails with this `error_message`. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError'
}

/**
 * Fetches and opens the dataset as the trainer does. The texts are those of Segmind's LoRA worker, which overwrites
 * most of its own with the last; that Flux Pro's are the same is assumed. Throws DatasetError.
 */
export async function readDataset(
  fineTune: FineTune,
  storage: Storage,
  context: Pick<VendorContext<object>, 'fetchFile' | 'hold'>,
  addFiles: (files: readonly ReceivedFile[]) => void,
): Promise<readonly StoredFile[]> {
  const { baseModel, dataSourcePath } = fineTune.request
  const own = storage.own(dataSourcePath, baseModel === 'FAST_FLUX')
  const archive = own === undefined ? await download(dataSourcePath, context) : own.file
  if (archive === undefined) throw new DatasetError('Internal Server Error')
  if (archive.bytes >= maximumBytes) throw new DatasetError('Dataset is too large. The zip file must be under 100 MB')
  const entries = await context.hold(open(archive))
  if (own === undefined) addFiles(entries.map(({ path: _path, format: _format, ...received }) => received))
  const photos = entries.filter(({ name, format }) => !name.includes('/') && formats.has(format ?? ''))
  if (photos.length === 0)
    throw new DatasetError('Looks like empty dataset. Please do not create subfolders, only zip the images')
  if (baseModel === 'FLUX_PRO' && photos.length > 20) throw new DatasetError('Dataset must have 1 to 20 images')
  return photos
}

async function download(url: string, context: Pick<VendorContext<object>, 'fetchFile'>): Promise<StoredFile> {
  try {
    return await context.fetchFile(url, { maxBytes: maximumBytes })
  } catch (error) {
    if (error instanceof UnreachableUrlError) throw new DatasetError('Internal Server Error', { cause: error })
    throw error
  }
}

async function open(archive: StoredFile): Promise<readonly StoredFile[]> {
  try {
    return await openArchive(archive)
  } catch (error) {
    if (error instanceof ArchiveError) throw new DatasetError('Internal Server Error', { cause: error })
    throw error
  }
}
