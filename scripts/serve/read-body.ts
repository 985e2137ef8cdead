import type { IncomingMessage } from 'node:http'
import { hasNoBody } from './bound-request.ts'

/** How many more bytes of bodies may be held at once. */
export type BodyBudget = { bytesLeft: number }

/**
 * A body that was read, whose bytes stay charged to the budget until `release`; or why there is none: the client hung up, or
 * too many bytes of other bodies are held.
 */
export type BodyOutcome =
  | { ok: true; bytes: Uint8Array | null; release: () => void }
  | { ok: false; reason: 'hung_up' | 'overloaded' }

/** A body that is refused for its size is still received, up to here: a client that is cut off while it sends reads no answer. */
const DISCARDED_BYTES_MAX = 32 * 1_048_576

/**
 * Reads a body, of which it keeps at most the chunk that exceeds `sizeBytesMax`, and of one whose announced length does so
 * nothing. Null without a body. Beyond 32 MiB the rest stays in the connection, which then cannot be used again.
 */
export function readBody(request: IncomingMessage, sizeBytesMax: number, budget: BodyBudget): Promise<BodyOutcome> {
  const announcedBytes = Number(request.headers['content-length'] ?? 0)
  if (hasNoBody(request)) return Promise.resolve({ ok: true, bytes: null, release: () => {} })
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let keptBytes = 0
    let discardedBytes = 0
    let isOverloaded = false
    let isKeeping = announcedBytes <= sizeBytesMax
    const release = () => {
      budget.bytesLeft += keptBytes
      keptBytes = 0
    }
    const settle = (outcome: BodyOutcome) => {
      request.off('data', take).off('end', finish).off('close', hangUp)
      if (!outcome.ok) release()
      resolve(outcome)
    }
    const finish = () => {
      settle(isOverloaded ? { ok: false, reason: 'overloaded' } : { ok: true, bytes: toBytes(chunks), release })
    }
    const hangUp = () => settle({ ok: false, reason: 'hung_up' })
    const keep = (chunk: Buffer) => {
      chunks.push(chunk)
      keptBytes += chunk.length
      budget.bytesLeft -= chunk.length
      isOverloaded = budget.bytesLeft < 0
      isKeeping = !isOverloaded && keptBytes <= sizeBytesMax
      if (!isOverloaded) return
      chunks.length = 0
      release()
    }
    const take = (chunk: Buffer) => {
      if (isKeeping) keep(chunk)
      else discardedBytes += chunk.length
      if (discardedBytes <= DISCARDED_BYTES_MAX) return
      request.pause()
      finish()
    }
    // `close` follows an error, too; that one has a listener is what keeps a hang-up from being an uncaught exception.
    request
      .on('data', take)
      .once('end', finish)
      .once('close', hangUp)
      .on('error', () => {})
  })
}

function toBytes(chunks: readonly Buffer[]): Uint8Array | null {
  return chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? null)
}
