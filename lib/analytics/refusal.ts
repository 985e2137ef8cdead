import { isDevelopment } from '../platform/public-env'
import type { Queue, QueueEntry } from './queue'
import type { ClientSettings } from './transport'

/** What an answer may say, as far as it matters here. None of it is relied on. */
type Answer = {
  error?: { serverTime?: number }
  meta?: { serverTime?: number }
  data?: { rejected?: { index: number; reason: string }[] }
}

/** An answer by which not every item of a batch was kept. */
export type Refusal = {
  response: Pick<Response, 'status' | 'headers' | 'json'>
  /** The body of a 2xx, which has been read already. */
  answer: Answer | false
  batch: readonly QueueEntry[]
  /** The corrected clock when the batch left, Unix ms. */
  sentMs: number
  /** The pause that the failures so far call for. */
  backoffMs: number
}

/** Longest pause a collector may ask for. */
export const RETRY_AFTER_MS_MAX = 3_600_000
/** Refusals that time may heal; a clock that was corrected once already is among them. */
const RETRIED = [408, 409, 429]

/** Puts an entry on the server's clock, once: a second complaint about its time is not about the clock. */
function restamp(entry: QueueEntry, offsetMs: number, queue: Queue): void {
  if (entry.isServerTime) return
  entry.isServerTime = true
  entry.item.timestamp += offsetMs
  // The item's own timestamp comes before anything the page put in.
  entry.frozen = entry.frozen.replace(/"timestamp":\d+/, `"timestamp":${entry.item.timestamp}`)
  queue.store.keep(entry)
}

/**
 * Settles what becomes of a batch that was not plainly accepted, and gives the pause before the next request in ms.
 * 2xx with rejected items: those ahead of the server's clock are stamped by it and kept, the others go. 409 with the
 * server's time: everything queued is stamped by it, once. 413: half as much per request. 408, 429, 5xx: later, after
 * `backoffMs` and what the collector asks for. Any other 4xx: nothing more is sent from this page.
 */
export async function settleRefusal(refusal: Refusal, queue: Queue, settings: ClientSettings): Promise<number> {
  const { response, batch, sentMs, backoffMs } = refusal
  const { status, headers } = response
  const answer: Answer | null = refusal.answer || (await response.json().catch(() => null))
  const serverTime = answer?.error?.serverTime ?? answer?.meta?.serverTime
  const skewMs = serverTime === undefined ? 0 : serverTime - sentMs

  if (status < 300) {
    const early = (answer?.data?.rejected ?? []).flatMap(({ index, reason }) => {
      const entry = batch[index]
      return entry && reason === 'in_future' && !entry.isServerTime && skewMs ? [entry] : []
    })
    if (early.length) settings.offsetMs += skewMs
    for (const entry of batch) {
      if (early.includes(entry)) restamp(entry, settings.offsetMs, queue)
      else queue.settle(entry)
    }
    return 0
  }
  if (status === 413) {
    settings.bodyLengthMax /= 2
    // A single item that is too large will never fit.
    if (batch.length === 1) for (const entry of batch) queue.settle(entry)
    return 0
  }
  if (status === 409 && skewMs && batch.some((entry) => !entry.isServerTime)) {
    settings.offsetMs += skewMs
    for (const entry of queue.readAll()) restamp(entry, settings.offsetMs, queue)
    return 0
  }
  if (status === 409 && skewMs) settings.offsetMs += skewMs
  if (status < 500 && !RETRIED.includes(status)) {
    settings.isStopped = true
    for (const entry of queue.readAll()) queue.settle(entry)
    if (isDevelopment) {
      // biome-ignore lint/suspicious/noConsole: the one word to a developer whose key or origin is wrong; not in production
      console.warn(`growth: the collector refused with ${status}; nothing more is sent from this page`)
    }
  }
  return Math.min(Number(headers.get('Retry-After')) * 1_000 || 0, RETRY_AFTER_MS_MAX) + backoffMs
}
