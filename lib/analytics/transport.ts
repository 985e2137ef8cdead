import type { LoadChunk } from './chunks'
import type { Consent } from './consent'
import type { Queue, QueueEntry } from './queue'

/** What holds for everything this page sends. All may change while the page lives; a request takes what holds when it leaves. */
export type ClientSettings = {
  /** Base of the two routes, without a slash at the end. */
  endpoint: string
  publishableKey?: string | undefined
  consent: Consent
  userToken?: string | undefined
  release?: string | undefined
  batchSize: number
  flushInterval: number
  /** Most bytes in one request, beyond its first item. */
  bodyBytesMax: number
  /** The server's clock minus this one's in ms, as far as it is known. */
  offsetMs: number
  /** Set after a refusal that no retry can change. */
  isStopped?: boolean
}

/** A beacon and a keepalive fetch share 64 KiB in flight (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
export const BODY_BYTES_MAX = 60_000
/** Left in a body for the key, the context and commas. */
const FRAME_BYTES = 1_000
/** First pause after a failure; each further one may be twice as long, up to some four minutes. */
const BACKOFF_MS = 1_000
const BACKOFF_DOUBLINGS_MAX = 8
/** A request without an answer for so long has failed. */
const TIMEOUT_MS = 30_000

/**
 * Carries the queue to the collector: by fetch, confirmed item by item, with full-jitter backoff
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and by beacon when the page is hidden.
 * An item leaves the queue only when the collector has answered for it, so it may arrive twice (the ids tell) but is
 * not lost. What follows from an answer other than a plain yes stands in refusal.ts. `readDue`
 * gives what there is to send.
 */
export function createTransport(queue: Queue, settings: ClientSettings, load: LoadChunk, readDue: () => QueueEntry[]) {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A request is under way, or a pause after a failure. */
  let isBusy = false
  let failureCount = 0

  const plan = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isBusy = false
      void flush()
    }, delayMs)
  }

  /** The first of `entries` that share a lane and fit into one body, and that body. */
  const pack = (entries: QueueEntry[]) => {
    const lane = entries[0]?.lane
    let sizeBytes = FRAME_BYTES
    const batch = entries
      .filter((entry) => entry.lane === lane)
      .filter(({ frozen }, index) => {
        sizeBytes += new Blob([frozen]).size
        return sizeBytes < settings.bodyBytesMax || !index
      })
    const { endpoint, publishableKey: key, consent, userToken, release } = settings
    const sentAt = Date.now() + settings.offsetMs
    const head = JSON.stringify({ key, sentAt, context: { consent, userToken, release } })
    return {
      batch,
      sentAt,
      url: `${endpoint}/${lane}`,
      body: `${head.slice(0, -1)},"${lane === 'events' ? lane : 'metrics'}":[${batch.map(({ frozen }) => frozen)}]}`,
    }
  }

  const mark = (batch: QueueEntry[], isCarried: boolean) => {
    for (const entry of batch) entry.isCarried = isCarried
  }

  const flush = async (): Promise<void> => {
    if (isBusy) return
    // First, because what is put together now may be the item that makes a batch full.
    isBusy = true
    clearTimeout(timer)
    timer = undefined
    const entries = readDue()
    isBusy = entries.length > 0
    if (!isBusy) return
    const { batch, sentAt, url, body } = pack(entries)
    let delayMs = Math.random() * BACKOFF_MS * 2 ** Math.min(failureCount++, BACKOFF_DOUBLINGS_MAX)
    mark(batch, true)
    try {
      // A string goes as text/plain, and to another origin without cookies: no preflight.
      const response = await fetch(url, {
        method: 'POST',
        body,
        // Browsers refuse to keep more than 64 KiB alive; an item larger than that goes while the page lives, or never.
        keepalive: new Blob([body]).size < settings.bodyBytesMax,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const answer = await response.json().catch(() => null)
      if (response.ok && !answer.data.rejected[0]) {
        batch.forEach(queue.settle)
        failureCount = 0
        // What came in meanwhile waits for its own turn, or each answer would be followed by a request for one item.
        delayMs = entries.length > batch.length ? 0 : settings.flushInterval
        isBusy = false
      } else {
        const settle = await load('refusal')
        delayMs = settle({ response, answer, batch, sentAt, backoffMs: delayMs }, queue, settings)
      }
    } catch {
      // No answer, or the chunk that reads it did not come either: later again.
    }
    mark(batch, false)
    plan(delayMs)
  }

  return {
    /** Sends what is queued now, unless a request is under way or the collector is to be left alone for a while. */
    flush,

    /** Sends in one interval, unless that is planned already. */
    schedule(): void {
      if (!timer && !isBusy) plan(settings.flushInterval)
    },

    /** Hands everything that is not on its way to the browser, which delivers it after the page is gone. */
    beacon(): void {
      for (;;) {
        const { batch, url, body } = pack(readDue().filter((entry) => !entry.isCarried))
        // False: the browser holds as much as it will. The rest stays queued.
        if (!batch[0] || !navigator.sendBeacon(url, body)) return
        mark(batch, true)
      }
    },
  }
}
