import { Gunzip } from 'fflate'
import { AppError } from '../core/errors'

/** Compressed bytes fed to the inflater at once: deflate expands at most 1,032-fold, so one step makes about 1 MiB. */
const INFLATE_STEP_BYTES = 1_024

/**
 * The bytes of the body, at most `sizeBytesMax` of them both as sent and after inflating gzip. Throws AppError:
 * `payload_too_large`, `unsupported_media_type` for another Content-Encoding, `invalid_encoding` for broken gzip.
 */
export async function readBytes(request: Request, sizeBytesMax: number): Promise<Uint8Array> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== '') {
    throw new AppError('unsupported_media_type', 'Send the body plain or with Content-Encoding: gzip.')
  }
  const bytes = await readCapped(request, sizeBytesMax)
  return encoding === 'gzip' ? inflate(bytes, sizeBytesMax) : bytes
}

/**
 * The JSON value of the body under the same cap. An empty body is not JSON. Throws AppError as `readBytes` does, and
 * `invalid_encoding` for bytes that are not UTF-8, `invalid_json` for text that is not JSON.
 */
export async function readJson(request: Request, sizeBytesMax: number): Promise<unknown> {
  const bytes = await readBytes(request, sizeBytesMax)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid_encoding', 'The body must be UTF-8.', { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_json', 'The body must be JSON.', { cause })
  }
}

async function readCapped(request: Request, sizeBytesMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > sizeBytesMax) throw tooLarge(sizeBytesMax)
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  const reader = request.body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    sizeBytes += part.value.byteLength
    if (sizeBytes > sizeBytesMax) {
      await reader.cancel()
      throw tooLarge(sizeBytesMax)
    }
    chunks.push(part.value)
  }
  return concatenate(chunks, sizeBytes)
}

// In JavaScript: the edge runtime's DecompressionStream exists but throws when constructed.
function inflate(bytes: Uint8Array, sizeBytesMax: number): Uint8Array {
  // RFC 1952, 2.3.1; the inflater takes bytes without this magic for an empty stream.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new AppError('invalid_encoding', 'The body is not gzip.')
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  let memberFromBytes = 0
  const gunzip = new Gunzip((chunk) => {
    sizeBytes += chunk.byteLength
    if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
    chunks.push(chunk)
  })
  gunzip.onmember = () => {
    memberFromBytes = sizeBytes
  }
  try {
    for (let from = 0; from < bytes.length; from += INFLATE_STEP_BYTES) {
      const to = Math.min(from + INFLATE_STEP_BYTES, bytes.length)
      gunzip.push(bytes.subarray(from, to), to === bytes.length)
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid_encoding', 'The body is not valid gzip.', { cause })
  }
  // The inflater takes a stream that ends within its last block for whole; the trailer's ISIZE (RFC 1952, 2.3.1) tells.
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - 4))
  if (bytes.length < 18 || trailer.getUint32(0, true) !== sizeBytes - memberFromBytes) {
    throw new AppError('invalid_encoding', 'The gzip body ends too early.')
  }
  return concatenate(chunks, sizeBytes)
}

function concatenate(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array
  const whole = new Uint8Array(sizeBytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function tooLarge(sizeBytesMax: number): AppError {
  return new AppError('payload_too_large', `The body is too large: at most ${sizeBytesMax} bytes, inflated or not.`)
}
