import type { LoadChunk } from './chunks'
import type { Consent } from './consent'
import { BACKOFF_DOUBLINGS_MAX, BACKOFF_MS, FRAME_LENGTH, TIMEOUT_MS } from './limits'
import { DROPPED_KEY, type Queue, type QueueEntry } from './queue'

/** What holds for everything this page sends. All may change while the page lives; a request takes what holds when it leaves. */
export type ClientSettings = {
  /** Base of the two routes, without a slash at the end. */
  endpoint: string
  publishableKey?: string | undefined
  consent: Consent
  userToken?: string | undefined
  release?: string | undefined
  honourDnt?: boolean | undefined
  batchSize: number
  flushInterval: number
  /** Longest body of one request in UTF-16 units, but for a single item that is longer. */
  bodyLengthMax: number
  /** The server's clock minus this one's in ms, as far as it is known. */
  offsetMs: number
  /** Set after a refusal that no retry can change. */
  isStopped?: boolean
  /** Called before each look at the queue, for what is put together only when it is sent. */
  onCollect?: () => void
  /** The browser sends a privacy signal that counts here. */
  isPrivate?: boolean | undefined
}

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
    let length = FRAME_LENGTH
    const batch = entries.filter((entry, index) => {
      if (entry.lane !== lane) return false
      length += entry.frozen.length
      return length < settings.bodyLengthMax || !index
    })
    const sentMs = Date.now() + settings.offsetMs
    return {
      batch,
      sentMs,
      url: `${settings.endpoint}/${lane}`,
      body: JSON.stringify({
        key: settings.publishableKey,
        sentAt: sentMs,
        context: {
          consent: settings.consent,
          // It is the same for every item of its user.
          userToken: settings.isPrivate ? null : settings.userToken,
          release: settings.release,
          webdriver: navigator.webdriver,
          dropped: (queue.tab[DROPPED_KEY] as never) | 0,
        },
        [lane === 'events' ? lane : 'metrics']: batch.map(({ frozen }) => JSON.parse(frozen)),
      }),
    }
  }

  const mark = (batch: QueueEntry[], isCarried: boolean) => {
    for (const entry of batch) entry.isCarried = isCarried
  }

  const flush = async (): Promise<void> => {
    if (isBusy) return
    // First, because what is put together now may be the item that makes a batch full.
    isBusy = true
    timer = clearTimeout(timer) as undefined
    const entries = readDue()
    isBusy = !!entries[0]
    if (!isBusy) return
    const { batch, sentMs, url, body } = pack(entries)
    let delayMs = Math.random() * BACKOFF_MS * 2 ** Math.min(failureCount++, BACKOFF_DOUBLINGS_MAX)
    mark(batch, true)
    try {
      // A string goes as text/plain, and to another origin without cookies: no preflight.
      const response = await fetch(url, {
        method: 'POST',
        body,
        // Browsers refuse to keep more than 64 KiB alive; an item larger than that goes while the page lives, or never.
        keepalive: body.length < settings.bodyLengthMax,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const answer = response.ok && (await response.json())
      if (answer) delete queue.tab[DROPPED_KEY]
      if (answer && !answer.data.rejected[0]) {
        batch.forEach(queue.settle)
        failureCount = 0
        // What came in meanwhile waits for its own turn, or each answer would be followed by a request for one item.
        delayMs = entries.length > batch.length ? 0 : settings.flushInterval
        isBusy = false
      } else {
        const settle = await load('refusal')
        delayMs = await settle({ response, answer, batch, sentMs, backoffMs: delayMs }, queue, settings)
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
