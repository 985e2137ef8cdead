import type { CollectContext } from '../contracts/collect-events'
import { createUuidV7 } from '../core/ids'
import { isAnalyticsEnabled } from '../platform/public-env'
import { type Consent, hasPrivacySignal, isOptedOut, writeOptOut } from './consent'
import { clearIdentity, type Identity, readIdentity, readUserId, writeUserId } from './identity'
import {
  createQueue,
  type Lane,
  type QueueEntry,
  type QueueItem,
  type QueueStore,
  readTabEntries,
  tabStore,
} from './queue'
import { stripQuery } from './strip-query'
import { createTransport } from './transport'

/** What JSON can say. Anything else in properties is left out as `JSON.stringify` does. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json }
/** Properties of an event or traits of a user. Never put in what identifies a person. */
export type Properties = { readonly [name: string]: Json }

/** How this page sends. Every field may be set again later; absent fields keep what they were. */
export type AnalyticsSettings = {
  /** Base address of the collector; default `/api/analytics` of the page's own origin. */
  endpoint?: string
  /** `pk_…`; not needed for the default project from its own origin. */
  publishableKey?: string
  /** Default `anonymous`. `denied` also forgets what was kept. */
  consent?: Consent
  /** HMAC-SHA256 of the user id under the project's secret key, hex, made by the app's server: lets traits be set. */
  userToken?: string
  /** Version of the app, kept with every row. */
  release?: string
  /** Items that make a batch leave at once; default 10. */
  batchSize?: number
  /** Milliseconds after which a smaller batch leaves; default 5000. */
  flushInterval?: number
}

/** The IndexedDB database of the durable store. */
export const DATABASE_NAME = 'growth'

/** A place that outlives the tab, opened with full consent only. See durable-store.ts. */
export type DurableStore = QueueStore & {
  /** Takes over what earlier or closed tabs left, oldest first. */
  adopt(): Promise<QueueEntry[]>
}

/** What differs between an app's bundle and the script tag. */
export type ClientParts = {
  /** Loads the durable store's chunk. */
  openDurableStore: () => Promise<DurableStore>
  /** The route pattern of a path, such as `/recipes/[id]`; the path itself when none is known. */
  toPattern?: (pathname: string) => string
}

export type AnalyticsClient = ReturnType<typeof createClient>

/**
 * One page's analytics: who, what and when are frozen at the call, then queued and carried. Every method returns at
 * once and never throws into the page; on a server, with `NEXT_PUBLIC_ANALYTICS_ENABLED=false`, without consent or after
 * an opt-out, none does anything.
 */
export function createClient({ openDurableStore, toPattern = (pathname) => pathname }: ClientParts) {
  const isOn = isAnalyticsEnabled && typeof window !== 'undefined'
  let consent: Consent = 'anonymous'
  const context: CollectContext = { consent }
  const settings = { endpoint: '/api/analytics', publishableKey: '', context, batchSize: 10, flushInterval: 5_000 }
  const collectors: (() => void)[] = []
  const queue = createQueue()
  const isSilent = () => !isOn || consent === 'denied' || isOptedOut()
  const transport = createTransport(queue, settings, () => {
    for (const collect of collectors) collect()
  })

  const createId = () => createUuidV7(transport.nowMs(), crypto.getRandomValues(new Uint8Array(10)))
  const readIds = (): Identity => readIdentity(consent, Date.now(), createId)
  const toRoute = (url: string | URL) => {
    const { pathname, search } = new URL(url, location.href)
    return stripQuery(toPattern(pathname) + search)
  }

  /** Makes a method that a page can call without care: it does nothing where it must not, and swallows what goes wrong. */
  const guard =
    <Args extends unknown[]>(run: (...args: Args) => void) =>
    (...args: Args): void => {
      if (!isOn) return
      try {
        run(...args)
      } catch {
        // Measuring must never break what is measured; there is nobody here to tell.
      }
    }

  const record = (lane: Lane, item: QueueItem) => {
    if (isSilent() || transport.isStopped()) return
    queue.put({ lane, item, json: JSON.stringify(item), isServerTime: transport.isServerTime() })
  }

  const send = (fields: object) => {
    if (isSilent()) return
    record('events', {
      id: createId(),
      timestamp: transport.nowMs(),
      ...readIds(),
      route: toRoute(location.href),
      referrer: stripQuery(document.referrer),
      ...fields,
    } as QueueItem)
    if (queue.size() >= settings.batchSize) transport.flush()
    else transport.schedule(settings.flushInterval)
  }

  const forget = () => {
    queue.clear()
    clearIdentity()
    // Also what an earlier visit kept with full consent, which this page may never have opened.
    indexedDB.deleteDatabase(DATABASE_NAME)
  }

  const load = (entries: QueueEntry[]) => {
    if (isSilent()) return queue.clear()
    for (const entry of entries) queue.put(entry)
    if (entries.length) transport.schedule(settings.flushInterval)
  }

  const client = {
    /** Whether anything is recorded at all now. */
    isSilent,
    toRoute,
    record: guard(record),
    /** Calls `collect` before each look at the queue, for what is put together only when it is sent. */
    onCollect: (collect: () => void) => collectors.push(collect),
    /** Plans a flush for what `onCollect` will bring. */
    schedule: () => transport.schedule(settings.flushInterval),

    /** What every item has: a fresh id, the time `agoMs` ago, and who it belongs to. */
    freeze: (agoMs = 0): QueueItem & Identity => ({
      id: createId(),
      timestamp: Math.round(transport.nowMs() - agoMs),
      ...(isSilent() ? {} : readIds()),
    }),

    configure: guard((next: AnalyticsSettings) => {
      const before = consent
      const { consent: agreed = before, userToken, release, ...rest } = next
      Object.assign(settings, rest)
      Object.assign(context, userToken && { userToken }, release && { release }, { consent: agreed })
      consent = agreed
      if (agreed === before) return
      if (agreed === 'denied') return forget()
      if (agreed === 'full') return openDurable()
      // What later visits would find goes with the permission to keep it.
      clearIdentity('localStorage')
      queue.moveTo(tabStore)
    }),

    track: guard((event: string, properties?: Properties) => send({ event, properties })),
    conversion: guard((funnel: string, step: string, properties?: Properties) =>
      send({ type: 'conversion', funnel, step, properties }),
    ),
    identify: guard((userId: string, traits?: Properties) => {
      if (isSilent() || hasPrivacySignal()) return
      const known = readUserId(consent)
      // Another user of the same device is another person: nothing of the first may be linked to them.
      if (known && known !== userId) clearIdentity()
      writeUserId(consent, userId)
      send({ type: 'identify', userId, traits })
    }),
    page: guard(() => send({ event: '$pageview' })),
    reset: guard(() => clearIdentity()),
    optOut: guard((isOut: boolean) => {
      if (isOut) forget()
      writeOptOut(isOut)
    }),
  }

  const openDurable = async () => {
    try {
      const store = await openDurableStore()
      if (consent !== 'full' || isSilent()) return
      queue.moveTo(store)
      load(await store.adopt())
    } catch {
      // No IndexedDB here (private windows of some browsers): the tab's storage stays in use.
    }
  }

  guard(() => {
    if (hasPrivacySignal()) clearIdentity()
    load(readTabEntries())
    // On the document: listeners of web-vitals are on the window and capture, so theirs have run before.
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) transport.beacon()
      else transport.flush()
    })
  })()

  return client
}
