import { isAnalyticsEnabled } from '../platform/public-env'
import type { LoadChunk } from './chunks'
import { type Consent, hasPrivacySignal, OPT_OUT_KEY } from './consent'
import { createId } from './create-id'
import { clearIdentity, type Identity, readIdentity, USER_KEY } from './identity'
import { isInPage } from './is-in-page'
import { BODY_LENGTH_MAX } from './limits'
import type { Properties } from './properties'
import { createQueue, createTabStore, type Lane, type QueuedParts, type QueueItem } from './queue'
import { openArea } from './storage-area'
import { stripQuery } from './strip-query'
import { type ClientSettings, createTransport } from './transport'

/** How this page sends. Every field may be set again later; absent fields keep what they were. */
export type AnalyticsSettings = {
  /** Base address of the collector; default `/_g` of the page's own origin, or what the build was told. */
  endpoint?: string
  /** `pk_…`; not needed for the default project from its own origin. */
  publishableKey?: string
  /** Default `anonymous`. `denied` also forgets what was kept. */
  consent?: Consent
  /** Takes Do Not Track for what Global Privacy Control is: nothing ties two items together. Default false. */
  honourDnt?: boolean
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
  given: Partial<ClientSettings> & Pick<ClientSettings, 'endpoint'>,
  toPattern = (pathname: string): string => pathname,
) {
  const tab = openArea('sessionStorage')
  const device = openArea('localStorage')
  const queue = createQueue(tab)
  const settings = {
    consent: 'anonymous',
    batchSize: 10,
    flushInterval: 5_000,
    bodyLengthMax: BODY_LENGTH_MAX,
    offsetMs: 0,
  } as ClientSettings
  const transport = createTransport(queue, settings, load, () => {
    if (isSilent()) return []
    settings.onCollect?.()
    return queue.readAll()
  })

  const isSilent = () =>
    !isAnalyticsEnabled || !isInPage || settings.isStopped || settings.consent === 'denied' || OPT_OUT_KEY in device
  /** Where the ids of a person live. */
  const toPerson = () => (settings.consent === 'full' ? device : tab)
  const toRoute = ({ pathname, search }: Pick<Location, 'pathname' | 'search'>) =>
    toPattern(pathname) + stripQuery(search)

  /** Makes a method that a page can call without care: it does nothing where it must not, and swallows what goes wrong. */
  const guard =
    <Args extends unknown[]>(run: (...args: Args) => void) =>
    (...args: Args): void => {
      if (isAnalyticsEnabled && isInPage) {
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
      ...(!settings.isPrivate && readIdentity(tab, toPerson(), nowMs)),
    }
  }

  const record = (lane: Lane, item: QueueItem) => {
    queue.append(lane, item, !!settings.offsetMs)
    if (queue.readAll().length < settings.batchSize) transport.schedule()
    else void transport.flush()
  }

  const send = guard((fields: object) => {
    if (isSilent()) return
    const item = { ...freeze(), route: toRoute(location), referrer: document.referrer.split('?')[0], ...fields }
    record('events', item)
  })

  const adopt = (found: QueuedParts[]) => {
    for (const parts of found) queue.append(...parts)
    transport.schedule()
  }

  const reset = () => [tab, device].forEach(clearIdentity)

  /** Brings what is kept into line with what is allowed; what is recorded and sent follows at once, without it. */
  const applyConsent = () => {
    load('consent')
      .then((apply) => apply({ settings, isSilent: isSilent(), device, queue, adopt }))
      // When the chunk does not come, the next load tries again.
      .catch(() => {})
  }

  const configure = (next: Partial<ClientSettings>) => {
    const { consent } = settings
    Object.assign(settings, next)
    settings.isPrivate = hasPrivacySignal(settings)
    if (settings.consent !== consent || settings.isPrivate || isSilent()) applyConsent()
  }

  guard(() => {
    configure(given)
    adopt(createTabStore(tab).readAll())
    // Not capturing, as the listeners of web-vitals do: so theirs have run before.
    addEventListener('visibilitychange', () => void (document.hidden ? transport.beacon() : transport.flush()))
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
    /** Plans a flush for what `onCollect` will bring. */
    schedule: transport.schedule,

    configure: guard<[AnalyticsSettings & Pick<ClientSettings, 'onCollect'>]>(configure),
    track: (event: string, properties?: Properties) => send({ event, properties }),
    conversion: (funnel: string, step: string, properties?: Properties) =>
      send({ type: 'conversion', funnel, step, properties }),
    identify: guard((userId: string, traits?: Properties) => {
      if (isSilent() || settings.isPrivate) return
      const person = toPerson()
      // Another user of the same device is another person: nothing of the first may be linked to them.
      if ((person[USER_KEY] ?? userId) !== userId) reset()
      person[USER_KEY] = userId
      send({ type: 'identify', userId, traits })
    }),
    page: () => send({ event: '$pageview' }),
    reset: guard(reset),
    optOut: guard((isOut = true) => {
      if (isOut) device[OPT_OUT_KEY] = ''
      else delete device[OPT_OUT_KEY]
      applyConsent()
    }),
  }
}
