import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../core/errors'

/** The bytes of a file as they arrive. */
export type Bytes = AsyncIterable<Uint8Array>

/**
 * The same bytes, inflated when they begin as gzip does (RFC 1952, 2.3.1), however many members there are. Throws
 * `invalid_encoding` for gzip that is damaged or ends early, `payload_too_large` past `sizeBytesMax` inflated bytes.
 */
export async function* readBytes(source: Bytes, sizeBytesMax = Number.POSITIVE_INFINITY): Bytes {
  const iterator = source[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let headBytes = 0
  while (headBytes < 2) {
    const next = await iterator.next()
    if (next.done) break
    head.push(next.value)
    headBytes += next.value.byteLength
  }
  const first = Buffer.concat(head)
  const whole = resume(first, iterator)
  const isGzip = first[0] === 0x1f && first[1] === 0x8b
  let sizeBytes = 0
  for await (const chunk of isGzip ? inflate(whole) : whole) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > sizeBytesMax) {
      throw new AppError('payload_too_large', `The file is too large: at most ${sizeBytesMax} bytes once inflated.`)
    }
    yield chunk
  }
}

async function* resume(first: Uint8Array, rest: AsyncIterator<Uint8Array>): Bytes {
  if (first.byteLength > 0) yield first
  try {
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

async function* inflate(bytes: Bytes): Bytes {
  // The error of either end reaches whoever reads the other, and nobody else waits for it.
  const inflated = pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => {})
  try {
    for await (const chunk of inflated) yield chunk as Uint8Array
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid_encoding', 'The gzip file is damaged or ends too early.', { cause })
  }
}
