import { expect, it } from 'vitest'
import { appendWhole } from './append-whole.js'

const disk = (room: number) => ({
  write: async <Bytes extends NodeJS.ArrayBufferView>(buffer: Bytes) => ({
    buffer,
    bytesWritten: Math.min(room, buffer.byteLength),
  }),
})

it('is told that a full disk took only a part', async () => {
  const bytes = Buffer.from('{"type":"vote"}\n')
  await expect(appendWhole(disk(16), 'votes.jsonl', bytes)).resolves.toBeUndefined()
  await expect(appendWhole(disk(15), 'votes.jsonl', bytes)).rejects.toMatchObject({
    message: 'votes.jsonl took only 15 of 16 bytes: is the disk full?',
    code: 'ENOSPC',
  })
})
