import { type Consent, hasPrivacySignal } from './consent'
import { readText, type StorageArea, writeText } from './stored-text'

/** Who an item belongs to, frozen with it. All absent under Global Privacy Control. */
export type Identity = { sessionId?: string; anonymousId?: string; userId?: string }

/** Pauses longer than this end a session. Source: https://support.google.com/analytics/answer/9191807 */
export const SESSION_IDLE_MS = 30 * 60_000

const SESSION_KEY = 'growth.session'
const ANONYMOUS_KEY = 'growth.anonymous'
const USER_KEY = 'growth.user'

/** Where ids of a person live: in the tab unless the visitor agreed to be recognised again. */
function toArea(consent: Consent): StorageArea {
  return consent === 'full' ? 'localStorage' : 'sessionStorage'
}

/**
 * The ids at this moment, making those that are missing; counts as activity of the session. `createId` gives a fresh
 * random id. Under Global Privacy Control there are none.
 */
export function readIdentity(consent: Consent, nowMs: number, createId: () => string): Identity {
  if (hasPrivacySignal()) return {}
  const area = toArea(consent)
  const [knownSessionId, activeMs] = (readText('sessionStorage', SESSION_KEY) ?? '').split(' ')
  const isSameSession = knownSessionId && nowMs - Number(activeMs) < SESSION_IDLE_MS
  const sessionId = isSameSession ? knownSessionId : createId()
  writeText('sessionStorage', SESSION_KEY, `${sessionId} ${nowMs}`)

  // Someone who agrees in mid-visit stays the same visitor: the tab's id moves to where later visits find it.
  const anonymousId = readText(area, ANONYMOUS_KEY) ?? readText('sessionStorage', ANONYMOUS_KEY) ?? createId()
  writeText(area, ANONYMOUS_KEY, anonymousId)

  const userId = readText(area, USER_KEY)
  return userId ? { sessionId, anonymousId, userId } : { sessionId, anonymousId }
}

/** The application's id of the signed-in user, or null. */
export function readUserId(consent: Consent): string | null {
  return readText(toArea(consent), USER_KEY)
}

/** Remembers the signed-in user as long as `consent` allows. */
export function writeUserId(consent: Consent, userId: string): void {
  writeText(toArea(consent), USER_KEY, userId)
}

/** Forgets every id in one place or, without `area`, in both: the next item belongs to somebody new. */
export function clearIdentity(area?: StorageArea): void {
  for (const key of [SESSION_KEY, ANONYMOUS_KEY, USER_KEY]) {
    if (area !== 'localStorage') writeText('sessionStorage', key, null)
    if (area !== 'sessionStorage') writeText('localStorage', key, null)
  }
}
