import type { FileHandle } from 'node:fs/promises'

/**
 * Adds bytes to a file in one write, so that two processes never mix theirs.
 *
 * @throws with the code `ENOSPC` where a full disk took only a part of them, which stays in the file
 */
export async function appendWhole(file: Pick<FileHandle, 'write'>, path: string, bytes: Uint8Array): Promise<void> {
  const { bytesWritten } = await file.write(bytes)
  if (bytesWritten === bytes.length) return
  const message = `${path} took only ${bytesWritten} of ${bytes.length} bytes: is the disk full?`
  throw Object.assign(new Error(message), { code: 'ENOSPC' })
}
