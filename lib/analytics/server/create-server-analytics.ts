import { createUuidV7 } from '../../core/ids'
import type { Properties } from '../properties'
import { flushOnExit } from './flush-on-exit'
import { createSender, type Problem } from './sender'
import { createServerQueue } from './server-queue'
import { createUserToken } from './user-token'
import type { VisitorContext } from './visitor-context'

/** Where and how a server sends. Everything but the first two has a default. */
export type ServerAnalyticsSettings = {
  /** Base address of the collector: `https://HOST/_g`. */
  endpoint: string
  /** `sk_…` of the project. It stays on the server: bundled for a browser it would let anyone write and read. */
  secretKey: string
  /** Version of the application, kept with every row. */
  release?: string
  /** Items that make a batch leave at once; default 10. */
  batchSize?: number
  /** Milliseconds after which a smaller batch leaves; default 5000. */
  flushInterval?: number
  /** Most items kept for a collector that does not answer; default 10,000. Page views go first, the oldest first. */
  itemsMax?: number
  /** Milliseconds after which a request without an answer has failed; default 10,000. */
  timeoutMs?: number
  /** Milliseconds that `flush` and `close` take at most; default 5000. */
  flushTimeoutMs?: number
  /** Flush when the process is asked to end; default true. Without it, call `close` from the handler you have. */
  handlesSignals?: boolean
  /** Told of everything that went otherwise than hoped. What it throws is ignored. */
  onProblem?: (problem: Problem) => void
}

/** Who, when and where. Ids are the application's own, at most 200 characters; without any the item belongs to nobody. */
export type ItemDetails = {
  userId?: string | undefined
  /** Ids that the page gave along, where an item belongs to a visit. */
  anonymousId?: string | undefined
  sessionId?: string | undefined
  /** When it happened; default now. A secret key may report the past. */
  timestamp?: Date | number | undefined
  /** Pattern such as `/recipes/[id]`. */
  route?: string | undefined
  referrer?: string | undefined
  /** On whose behalf: `toVisitorContext(request.headers)`. */
  visitor?: VisitorContext | undefined
}
export type EventDetails = ItemDetails & { properties?: Properties | undefined }
export type IdentifyDetails = Omit<ItemDetails, 'userId'> & { traits?: Properties | undefined }

/** `left`: how many items no collector has confirmed yet; 0 when all have arrived. */
export type FlushOutcome = { left: number }

/** Analytics for product code on a server. No method throws or keeps its caller waiting, but for what gives a promise. */
export type ServerAnalytics = {
  /** Something happened. */
  track(event: string, details?: EventDetails): void
  /** A person reached `step` of the funnel called `funnel`. */
  conversion(funnel: string, step: string, details?: EventDetails): void
  /** `userId` is who `anonymousId` was; traits are what is known of them. */
  identify(userId: string, details?: IdentifyDetails): void
  /** Sends now, for at most `flushTimeoutMs`. What is left stays queued. */
  flush(): Promise<FlushOutcome>
  /** Flushes, and listens to the process no longer. What is tracked afterwards is still sent. */
  close(): Promise<FlushOutcome>
  /** The application's word for its user, for the `userToken` of a page: with it a browser may set traits. */
  createUserToken(userId: string): Promise<string>
}

/** Most text kept, in UTF-16 units. */
const LENGTH_MAX = 16_000_000

/**
 * Analytics that speaks to one collector with a secret key, in Node and on the edge. Id, time and properties are frozen at the
 * call; the queue is bounded and lives in memory: it survives a collector that is away, not the process. In what may be
 * frozen after an answer (serverless), `await flush()` in Next's `after()`.
 */
export function createServerAnalytics(settings: ServerAnalyticsSettings): ServerAnalytics {
  const { endpoint, secretKey, itemsMax = 10_000, flushTimeoutMs = 5_000, handlesSignals = true } = settings
  const report = (problem: Problem) => {
    try {
      settings.onProblem?.(problem)
    } catch {
      // Whoever watches must not break what is watched.
    }
  }
  const queue = createServerQueue({ itemsMax, lengthMax: LENGTH_MAX })
  const sender = createSender(queue, {
    endpoint: endpoint.replace(/\/+$/, ''),
    secretKey,
    release: settings.release,
    batchSize: settings.batchSize ?? 10,
    flushInterval: settings.flushInterval ?? 5_000,
    timeoutMs: settings.timeoutMs ?? 10_000,
    report,
  })

  const record = (fields: object, details: ItemDetails, isPageView = false) => {
    try {
      const { timestamp, visitor = {}, userId, anonymousId, sessionId, route, referrer } = details
      const nowMs = Date.now()
      const id = createUuidV7(nowMs, crypto.getRandomValues(new Uint8Array(10)))
      const ids = visitor.hasGpc ? {} : { userId, anonymousId, sessionId }
      const item = { id, timestamp: Number(timestamp ?? nowMs), ...ids, route, referrer, ...fields }
      queue.append({ id, frozen: JSON.stringify(item), visitor: JSON.stringify(visitor), isPageView })
      sender.notice()
    } catch {
      // A cycle or a BigInt in the properties.
      report({ reason: 'unsendable' })
    }
  }

  const flush = async (): Promise<FlushOutcome> => ({ left: await sender.flush(flushTimeoutMs) })
  const stopListening = flushOnExit(flush, handlesSignals)

  return {
    track: (event, { properties, ...details } = {}) => record({ event, properties }, details, event === '$pageview'),
    conversion: (funnel, step, { properties, ...details } = {}) =>
      record({ type: 'conversion', funnel, step, properties }, details),
    identify(userId, { traits, ...details } = {}) {
      // It would name a person, and is about nothing else.
      if (!details.visitor?.hasGpc) record({ type: 'identify', userId, traits }, details)
    },
    flush,
    close() {
      stopListening()
      return flush()
    },
    createUserToken: (userId) => createUserToken(secretKey, userId),
  }
}
