import { describe, expect, it } from 'vitest'
import { failure, readAll } from '../test/support.js'
import { multipartBody } from './multipart.js'

const file = (name: string, fileName: string, content: string, mediaType = 'image/jpeg', bytes = content.length) => ({
  name,
  fileName,
  mediaType,
  bytes,
  open: async function* () {
    yield Buffer.from(content.slice(0, 2))
    yield Buffer.from(content.slice(2))
  },
})

describe('multipartBody', () => {
  it('is read back whole by another parser, and has the length it says', async () => {
    const body = multipartBody([
      { name: 'tune[title]', value: 'ä "quoted"\r\nline' },
      file('tune[images][]', 'a.jpg', 'abcd'),
      file('tune[images][]', 'ü "b".png', '\r\n--x\r\n', 'image/png'),
      { name: 'empty', value: '' },
    ])
    const bytes = await readAll(body.open())
    expect(bytes.byteLength).toBe(body.bytes)
    const form = await new Response(bytes, { headers: { 'content-type': body.mediaType } }).formData()
    expect(form.get('tune[title]')).toBe('ä "quoted"\r\nline')
    expect(form.get('empty')).toBe('')
    const files = form.getAll('tune[images][]').filter((part) => typeof part !== 'string')
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['a.jpg', 'image/jpeg'],
      ['ü "b".png', 'image/png'],
    ])
    expect(await Promise.all(files.map((part) => part.text()))).toEqual(['abcd', '\r\n--x\r\n'])
  })

  it('cannot be broken out of by names', async () => {
    const body = multipartBody([file('a"\r\nX-Evil: 1', 'b\nc"; x="y', 'abcd', 'image/jpeg\r\nX-Evil: 2')], 'BOUNDARY')
    const head = String(await readAll(body.open())).split('\r\n\r\n')[0]
    expect(head?.split('\r\n')).toEqual([
      '--BOUNDARY',
      'Content-Disposition: form-data; name="a%22%0D%0AX-Evil: 1"; filename="b%0D%0Ac%22; x=%22y"',
      'Content-Type: image/jpeg  X-Evil: 2',
    ])
  })

  it('is the same each time it is opened, and differs in its boundary from others', async () => {
    const body = multipartBody([{ name: 'a', value: '1' }])
    expect(await readAll(body.open())).toEqual(await readAll(body.open()))
    expect(multipartBody([]).mediaType).not.toBe(multipartBody([]).mediaType)
  })

  it.each([
    [3, 'shrank or grew'],
    [9, 'shrank or grew'],
  ])('says which file no longer has its %i bytes', async (bytes) => {
    const error = await failure(readAll(multipartBody([file('f', 'cat.jpg', 'abcd', 'image/jpeg', bytes)]).open()))
    expect(error).toMatchObject({ kind: 'invalid-request', fields: [{ field: 'cat.jpg' }] })
    expect(error.message).toContain(`${bytes} bytes were announced`)
  })

  it('asks for a chunk only when the one before was taken, and opens a file when its turn comes', async () => {
    const events: string[] = []
    const spied = (name: string) => ({
      ...file('f', name, 'xxxx'),
      open: async function* () {
        for (let i = 0; i < 4; i++) {
          events.push(`${name}${i}`)
          yield Buffer.from('x')
        }
      },
    })
    const iterator = multipartBody([spied('a'), spied('b')])
      .open()
      [Symbol.asyncIterator]()
    await iterator.next()
    expect(events).toEqual([])
    await iterator.next()
    expect(events).toEqual(['a0'])
    await iterator.next()
    expect(events).toEqual(['a0', 'a1'])
  })
})
