import type { CollectContext } from '../contracts/collect-events'
import { isDevelopment } from '../platform/public-env'
import type { Lane, Queue, QueueEntry } from './queue'

/** How the collector is reached. All may change while the page lives; a request takes what holds when it leaves. */
export type TransportSettings = {
  /** Base of the two routes, without a slash at the end. */
  endpoint: string
  publishableKey?: string | undefined
  context: CollectContext
  /** Milliseconds until what came in meanwhile is sent. */
  flushInterval: number
}

/** A beacon and a keepalive fetch share 64 KiB in flight (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
export const BODY_BYTES_MAX = 60 * 1024
/** First pause after a failure; each further one may be twice as long. */
export const BACKOFF_MS = 1_000
/** Longest pause that failures alone cause. */
export const BACKOFF_MS_MAX = 5 * 60_000
/** Longest pause a server may ask for. */
const RETRY_AFTER_MS_MAX = 3_600_000
/** A request without an answer for so long has failed. */
const TIMEOUT_MS = 30_000
/** A clock this close to the server's is right. */
const SKEW_MS_MIN = 30_000
/** Left for the key, the context and the punctuation of a body. */
const FRAME_BYTES = 1_024

/** What of an answer is read; both kinds of body, and neither is trusted to be there. */
type Answer = {
  error?: { serverTime?: number; message?: string }
  meta?: { serverTime?: number }
  data?: { rejected?: { index: number; reason: string }[] }
}

export type Transport = ReturnType<typeof createTransport>

/**
 * Carries the queue to the collector: by fetch, confirmed item by item, with full-jitter backoff
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and by beacon when the page is hidden.
 * An item leaves the queue only when the collector has answered for it, so it may arrive twice (the ids tell) but is
 * not lost. A refusal that no retry can change (wrong key, wrong origin, wrong shape) ends sending for this page.
 * `collect` is called before each look at the queue.
 */
export function createTransport(queue: Queue, settings: TransportSettings, collect: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isSending = false
  let isStopped = false
  let failureCount = 0
  let notBeforeMs = 0
  let itemsMax = 500
  let offsetMs = 0

  const nowMs = () => Date.now() + offsetMs

  /** The first entries of one lane that fit into one body. */
  const take = (isWanted: (entry: QueueEntry) => unknown): QueueEntry[] => {
    const batch: QueueEntry[] = []
    let sizeBytes = FRAME_BYTES
    for (const entry of queue.list()) {
      if (!isWanted(entry) || (batch[0] && batch[0].lane !== entry.lane)) continue
      sizeBytes += new Blob([entry.json]).size + 1
      if (batch.length === itemsMax || (batch[0] && sizeBytes > BODY_BYTES_MAX)) break
      batch.push(entry)
    }
    return batch
  }

  const toUrl = (lane: Lane) => `${settings.endpoint}/${lane}`

  const toBody = (batch: QueueEntry[], sentAt: number) => {
    const head = JSON.stringify({ key: settings.publishableKey, sentAt, context: settings.context })
    const list = batch[0]?.lane === 'events' ? 'events' : 'metrics'
    return `${head.slice(0, -1)},"${list}":[${batch.map((entry) => entry.json).join()}]}`
  }

  /** Sends one batch and settles what became of it; true when the next one may follow at once. */
  const send = async (batch: QueueEntry[]): Promise<boolean> => {
    const sentAt = nowMs()
    let status = 0
    let answer: Answer = {}
    let retryAfterMs = 0
    for (const entry of batch) entry.isCarried = true
    try {
      // A string goes as text/plain and without cookies: no preflight, from whatever origin the page is.
      const response = await fetch(toUrl((batch[0] as QueueEntry).lane), {
        method: 'POST',
        body: toBody(batch, sentAt),
        keepalive: true,
        credentials: 'omit',
        signal: AbortSignal.timeout?.(TIMEOUT_MS) ?? null,
      })
      status = response.status
      retryAfterMs = Number(response.headers.get('Retry-After')) * 1_000 || 0
      answer = await response.json()
    } catch {
      // No answer, or none that can be read: the status, 0 without one, says how to go on.
    }
    const skewMs = ((answer.error ?? answer.meta)?.serverTime ?? sentAt) - sentAt
    if (Math.abs(skewMs) > SKEW_MS_MIN) offsetMs += skewMs

    if (status >= 200 && status < 300) {
      failureCount = 0
      for (const entry of batch) queue.remove(entry)
      return true
    }
    for (const entry of batch) entry.isCarried = false
    if (status === 409 && batch.some((entry) => !entry.isServerTime)) {
      queue.restamp(skewMs)
      return true
    }
    if (status === 413) {
      if (batch.length === 1) queue.remove(batch[0] as QueueEntry)
      itemsMax = Math.max(1, batch.length >> 1)
      return true
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429) {
      isStopped = true
      queue.clear()
      // biome-ignore lint/suspicious/noConsole: the one word to a developer whose key or origin is wrong; not in production
      if (isDevelopment) console.warn(`growth: sending stopped, ${status} ${answer.error?.message ?? ''}`)
      return false
    }
    const backoffMs = Math.random() * Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** failureCount)
    failureCount += 1
    notBeforeMs = Date.now() + Math.min(retryAfterMs, RETRY_AFTER_MS_MAX) + backoffMs
    return false
  }

  const transport = {
    /** The server's clock as far as it is known, Unix ms. */
    nowMs,
    /** Whether the local clock was found wrong and `nowMs` corrects it. */
    isServerTime: () => offsetMs !== 0,
    /** True after a refusal that no retry can change. */
    isStopped: () => isStopped,

    /** Sends in `delayMs`, unless that is planned already. */
    schedule(delayMs: number): void {
      timer ??= setTimeout(transport.flush, delayMs)
    },

    /** Sends what is queued now, unless a request is under way or the collector is to be left alone for a while. */
    async flush(): Promise<void> {
      clearTimeout(timer)
      timer = undefined
      if (isSending || isStopped) return
      const waitMs = notBeforeMs - Date.now()
      if (waitMs > 0) return transport.schedule(waitMs)
      collect()
      isSending = true
      // What comes in while this runs waits for its own turn, or each answer would be followed by a request for one item.
      const due = new Set(queue.list())
      let batch: QueueEntry[]
      do batch = take((entry) => due.has(entry))
      while (batch.length && (await send(batch)))
      isSending = false
      if (queue.size()) transport.schedule(Math.max(notBeforeMs - Date.now(), settings.flushInterval))
    },

    /** Hands everything that is not on its way to the browser, which delivers it after the page is gone. */
    beacon(): void {
      collect()
      if (isStopped) return
      for (;;) {
        const batch = take((entry) => !entry.isCarried)
        // False: the browser holds as much as it will. The rest stays queued.
        if (!batch[0] || !navigator.sendBeacon(toUrl(batch[0].lane), toBody(batch, nowMs()))) return
        for (const entry of batch) entry.isCarried = true
      }
    },
  }
  return transport
}
