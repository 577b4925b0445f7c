import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'

const message = (timestamp: string, body: Uint8Array) =>
  Buffer.from(`${timestamp}.${createHash('sha256').update(body).digest('hex')}`)

/** The vendor's signing key. */
export function createSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    /** Headers that prove `body`, as of `now` in milliseconds. */
    headers(body: Uint8Array, now: number): Record<string, string> {
      const timestamp = String(Math.floor(now / 1000))
      const signature = sign(null, message(timestamp, body), privateKey).toString('hex')
      return { 'x-reference-timestamp': timestamp, 'x-reference-signature': signature }
    },
  }
}

/** How far a callback's time may be off, in milliseconds. */
const tolerance = 300_000

/** Whether the headers prove the body. */
export function isSigned(
  publicKey: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  now: number,
): boolean {
  const timestamp = headers['x-reference-timestamp']
  const signature = headers['x-reference-signature']
  if (timestamp === undefined || signature === undefined) return false
  if (Math.abs(now - Number(timestamp) * 1000) > tolerance) return false
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  return verify(null, message(timestamp, body), key, Buffer.from(signature, 'hex'))
}
