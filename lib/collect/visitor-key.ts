import type { ProjectId } from '../core/ids'
import { toDigest } from './actor-id'

/** What a visitor key is made from. None of it is stored with the key. */
export type VisitorTraits = {
  projectId: ProjectId
  address: string
  userAgent: string
  /** Host of the page's origin; empty when the browser did not say. */
  siteHost: string
}

/**
 * The key of a browser for one day: the first 64 bits of HMAC-SHA256 under the day's salt, as the text of a signed decimal,
 * because numbers in JSON end at 2^53. Nobody can tell whose it is once the salt is destroyed, nor that the keys of two
 * days or two sites belong together.
 */
export function toVisitorKey(salt: string, { projectId, address, userAgent, siteHost }: VisitorTraits): string {
  const digest = toDigest(salt, [projectId, address, userAgent, siteHost].join('|'))
  return new DataView(digest.buffer, digest.byteOffset).getBigInt64(0).toString()
}

const DAY_MS = 86_400_000

/** The UTC day of an instant, counted from 1970-01-01. */
export function toDay(timestampMs: number): number {
  return Math.floor(timestampMs / DAY_MS)
}

/** The salt of a UTC day; null when it cannot be known now, and then nobody is a visitor. */
export type ReadVisitorSalt = (day: number) => Promise<string | null>
/** Keys of one browser, by the day of what happened: null where the day's salt is gone. */
export type VisitorKeys = { of(timestampMs: number): string | null }

/** Nobody's: for rows that may not be tied to a browser. */
export const NO_VISITOR: VisitorKeys = { of: () => null }

/**
 * The visitor keys of a batch that arrives now. What happened before midnight keeps the key of its day, so that nobody
 * counts twice for a batch that arrived after it; older than yesterday is nobody's, as its salt is destroyed.
 */
export async function readVisitorKeys(
  traits: VisitorTraits,
  receivedMs: number,
  readVisitorSalt: ReadVisitorSalt,
): Promise<VisitorKeys> {
  const today = toDay(receivedMs)
  const salts = await Promise.all([readVisitorSalt(today), readVisitorSalt(today - 1)])
  const keys: (string | null | undefined)[] = []
  return {
    of(timestampMs) {
      // A clock may be a minute ahead.
      const daysAgo = Math.max(0, today - toDay(timestampMs))
      const salt = salts[daysAgo] ?? null
      if (salt === null) return null
      keys[daysAgo] ??= toVisitorKey(salt, traits)
      return keys[daysAgo] ?? null
    },
  }
}
