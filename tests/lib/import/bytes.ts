import type { Bytes } from '../../../lib/import/read-bytes'

/** A text as a file that arrives in pieces of so many bytes. */
export async function* toBytes(text: string | Uint8Array, pieceBytes = 7): Bytes {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes)
}

/** Everything that a reader gives, its pieces put together. */
export async function readAll<Item>(pieces: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = []
  for await (const piece of pieces) all.push(...piece)
  return all
}
