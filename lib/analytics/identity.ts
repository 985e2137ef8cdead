import { createShortId } from './create-id'
import { SESSION_IDLE_MS } from './limits'
import type { StorageArea } from './storage-area'

/** Who an item belongs to, frozen with it. All absent under a privacy signal. */
export type Identity = {
  sessionId?: string | undefined
  anonymousId?: string | undefined
  userId?: string | undefined
}

export const SESSION_KEY = 'growth.session'
/** When the session was last active, Unix ms. */
export const ACTIVE_KEY = 'growth.seen'
export const ANONYMOUS_KEY = 'growth.anonymous'
export const USER_KEY = 'growth.user'

/**
 * The ids at this moment, making those that are missing; counts as activity of the session, which is the
 * tab's. `person` is where the ids of a person live: the tab, or the device with full consent. Someone who agrees in
 * mid-visit stays the same visitor: the tab's anonymous id moves along.
 */
export function readIdentity(tab: StorageArea, person: StorageArea, nowMs: number): Identity {
  // Also when there is none yet: NaN is not less than anything.
  if (!(nowMs - +(tab[ACTIVE_KEY] as string) < SESSION_IDLE_MS)) tab[SESSION_KEY] = createShortId()
  tab[ACTIVE_KEY] = `${nowMs}`
  person[ANONYMOUS_KEY] ??= tab[ANONYMOUS_KEY] ?? createShortId()
  return { sessionId: tab[SESSION_KEY], anonymousId: person[ANONYMOUS_KEY], userId: person[USER_KEY] }
}

/** Forgets every id in `area`: the next item from there belongs to somebody new. */
export function clearIdentity(area: StorageArea): void {
  for (const key of [SESSION_KEY, ACTIVE_KEY, ANONYMOUS_KEY, USER_KEY]) delete area[key]
}
