import { LINE_BYTES_MAX } from '../contracts/import'
import type { Bytes } from './read-bytes'

/** A line without its end; null in place of one that is longer than a line may be. */
export type Line = { line: number; text: string | null }

const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * The lines of UTF-8 text, counted from 1, some at a time. Lines end with LF or CRLF, the last one with the file; a byte order
 * mark is no part of the first. Bytes that are no UTF-8 become U+FFFD.
 */
export async function* readLines(bytes: Bytes, lineBytesMax = LINE_BYTES_MAX): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  const held: Uint8Array[] = []
  let heldBytes = 0
  let line = 0

  const take = (last: Uint8Array): Line => {
    line += 1
    const sizeBytes = heldBytes + last.byteLength
    const whole = heldBytes === 0 ? last : Buffer.concat([...held, last])
    held.length = 0
    heldBytes = 0
    if (sizeBytes > lineBytesMax) return { line, text: null }
    return { line, text: decoder.decode(whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole) }
  }

  for await (const chunk of bytes) {
    const lines: Line[] = []
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      lines.push(take(chunk.subarray(from, at)))
      from = at + 1
    }
    const rest = chunk.subarray(from)
    // Of a line that is too long no more is held than it takes to know that.
    if (heldBytes <= lineBytesMax) held.push(rest)
    heldBytes += rest.byteLength
    if (lines.length > 0) yield lines
  }
  if (heldBytes > 0) yield [take(new Uint8Array())]
}
