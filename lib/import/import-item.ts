import type { BadLineReason } from '../contracts/import'

/**
 * One record of a file in the product's own words: an item of `POST /api/analytics/events` or `…/performance`, and besides it what such an item has no
 * field for because a browser's request says it. Names of agents come as they stand in the file.
 */
export type ImportItem = Readonly<{
  type?: 'event' | 'conversion' | 'identify' | 'vitals' | undefined
  id?: string | undefined
  timestamp: number
  event?: string | undefined
  funnel?: string | undefined
  step?: string | undefined
  userId?: string | undefined
  anonymousId?: string | undefined
  sessionId?: string | undefined
  route?: string | undefined
  referrer?: string | undefined
  release?: string | undefined
  properties?: unknown
  traits?: unknown
  userAgent?: string | undefined
  device?: string | undefined
  browser?: string | undefined
  os?: string | undefined
  country?: string | undefined
  botReasons?: readonly string[] | undefined
  /** Of vitals: an item of `POST /api/analytics/performance`, and `fid`. */
  seq?: unknown
  navigationType?: string | undefined
  connection?: string | undefined
  lcp?: unknown
  inp?: unknown
  cls?: unknown
  fcp?: unknown
  ttfb?: unknown
  fid?: unknown
  attribution?: unknown
  custom?: unknown
}>

/**
 * What a format makes of one record: an event; or nothing, because the record is none (`skip`) or cannot be one. `isVisit` asks for
 * a session, which the file does not name; `link` says that two ids are one person.
 */
export type Translation =
  | { kind: 'item'; item: ImportItem; isVisit?: boolean; link?: { userId: string; anonymousId: string } | undefined }
  | { kind: 'skip' }
  | { kind: 'bad'; reason: BadLineReason }

/** A text that is there: trimmed, null for an empty one and for what is no text or number. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' ? value.trim() || undefined : undefined
}

/** An object's entries; none for what is no object. A text is taken for JSON, as exports in columns write it. */
export function toProperties(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value === 'string') return value === '' ? {} : toProperties(parseJson(value))
  if (value === undefined || value === null) return {}
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? false : value
  } catch {
    return false // no object either
  }
}
