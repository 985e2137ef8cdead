import { isAnalyticsEnabled } from '../platform/public-env'
import type { LoadChunk } from './chunks'
import { type Consent, hasPrivacySignal, OPT_OUT_KEY } from './consent'
import { createId } from './create-id'
import { clearIdentity, type Identity, readIdentity, USER_KEY } from './identity'
import { createQueue, createTabStore, type Lane, type QueuedParts, type QueueItem } from './queue'
import { openArea } from './storage-area'
import { stripQuery } from './strip-query'
import { BODY_BYTES_MAX, type ClientSettings, createTransport } from './transport'

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

export type AnalyticsClient = ReturnType<typeof createClient>

/**
 * One page's analytics: who, what and when are frozen at the call, then queued and carried. Every method returns at
 * once and never throws into the page; on a server, with `NEXT_PUBLIC_ANALYTICS_ENABLED=false`, without consent or after
 * an opt-out, none does anything. `toPattern` gives the route pattern of a path, such as `/recipes/[id]`, where it knows one.
 */
export function createClient(
  load: LoadChunk,
  given?: Partial<ClientSettings>,
  toPattern = (pathname: string): string => pathname,
) {
  const isOn = isAnalyticsEnabled && !!globalThis.window
  const hasSignal = isOn && hasPrivacySignal()
  const tab = openArea('sessionStorage')
  const device = openArea('localStorage')
  const tabStore = createTabStore(tab)
  const queue = createQueue(tabStore)
  const settings: ClientSettings = {
    endpoint: '/api/analytics',
    consent: 'anonymous',
    batchSize: 10,
    flushInterval: 5_000,
    bodyBytesMax: BODY_BYTES_MAX,
    offsetMs: 0,
    ...given,
  }
  let collect = () => {}
  const transport = createTransport(queue, settings, load, () => {
    if (isSilent()) return []
    collect()
    return queue.readAll()
  })

  const isSilent = () => !isOn || settings.isStopped || settings.consent === 'denied' || OPT_OUT_KEY in device
  /** Where the ids of a person live. */
  const toPerson = () => (settings.consent === 'full' ? device : tab)
  const toRoute = ({ pathname, search }: Pick<Location, 'pathname' | 'search'>) =>
    toPattern(pathname) + stripQuery(search)

  /** Makes a method that a page can call without care: it does nothing where it must not, and swallows what goes wrong. */
  const guard =
    <Args extends unknown[]>(run: (...args: Args) => void) =>
    (...args: Args): void => {
      if (isOn) {
        try {
          run(...args)
        } catch {
          // Measuring must never break what is measured; there is nobody here to tell.
        }
      }
    }

  const freeze = (agoMs = 0): QueueItem & Identity => {
    const nowMs = Date.now() + settings.offsetMs
    return {
      id: createId(nowMs),
      timestamp: nowMs - agoMs,
      ...(!hasSignal && readIdentity(tab, toPerson(), nowMs)),
    }
  }

  const record = (lane: Lane, item: QueueItem) => {
    queue.append(lane, item, !!settings.offsetMs)
    if (queue.readAll().length < settings.batchSize) transport.schedule()
    else void transport.flush()
  }

  const send = (fields: object) => {
    if (isSilent()) return
    const item = { ...freeze(), route: toRoute(location), referrer: document.referrer.split('?')[0], ...fields }
    record('events', item)
  }

  const adopt = (found: QueuedParts[]) => {
    for (const parts of found) queue.append(...parts)
    transport.schedule()
  }

  const reset = () => [tab, device].forEach(clearIdentity)

  /** Brings what is kept into line with what is allowed; what is recorded and sent follows at once, without it. */
  const applyConsent = () => {
    const scope = { settings, isSilent: isSilent(), tabArea: tab, device, tabStore, queue, adopt }
    // When the chunk does not come, the next load tries again.
    load('consent')
      .then((apply) => apply(scope))
      .catch(() => {})
  }

  guard(() => {
    adopt(tabStore.readAll())
    if (hasSignal || isSilent() || settings.consent === 'full') applyConsent()
    // Not capturing, as the listeners of web-vitals do: so theirs have run before.
    addEventListener('visibilitychange', () => {
      if (document.hidden) transport.beacon()
      else void transport.flush()
    })
  })()

  return {
    /** Whether nothing is recorded now. */
    isSilent,
    /** The route of an address: its pattern where one is known, and `utm_*`. */
    toRoute,
    /** What every item has: a fresh id, the time a whole number of ms ago, and who it belongs to. */
    freeze,
    /** Queues an item as it is now. Callers ask `isSilent` first. */
    record,
    /** Has `next` called before each look at the queue, for what is put together only when it is sent. */
    onCollect: (next: () => void) => {
      collect = next
    },
    /** Plans a flush for what `onCollect` will bring. */
    schedule: transport.schedule,

    configure: guard((next: AnalyticsSettings) => {
      const { consent } = settings
      Object.assign(settings, next)
      if (settings.consent !== consent) applyConsent()
    }),
    track: guard((event: string, properties?: Properties) => send({ event, properties })),
    conversion: guard((funnel: string, step: string, properties?: Properties) =>
      send({ type: 'conversion', funnel, step, properties }),
    ),
    identify: guard((userId: string, traits?: Properties) => {
      if (isSilent() || hasSignal) return
      const person = toPerson()
      // Another user of the same device is another person: nothing of the first may be linked to them.
      if ((person[USER_KEY] ?? userId) !== userId) reset()
      person[USER_KEY] = userId
      send({ type: 'identify', userId, traits })
    }),
    page: guard(() => send({ event: '$pageview' })),
    reset: guard(reset),
    optOut: guard((isOut?: boolean) => {
      if (isOut === false) delete device[OPT_OUT_KEY]
      else device[OPT_OUT_KEY] = ''
      applyConsent()
    }),
  }
}
