import type { ProjectKey } from '@/lib/contracts/project-settings'
import { DAY_MS } from '@/lib/core/time-range'
import { formatAge } from '../format/format-time'
import type { Tone } from '../ui/badge'

/** How long a new key may be made to live; null is for ever. */
export const KEY_LIFETIMES = [
  { text: 'Never', days: null },
  { text: 'In 30 days', days: 30 },
  { text: 'In 90 days', days: 90 },
  { text: 'In one year', days: 365 },
] as const

export type KeyLifetimeDays = (typeof KEY_LIFETIMES)[number]['days']

/** So long before its end a key is worth a look. */
const SOON_MS = 7 * DAY_MS

/** When a key that is made now ends: an ISO time, or null for never. */
export function toExpiresAt(days: KeyLifetimeDays, nowMs: number): string | null {
  return days === null ? null : new Date(nowMs + days * DAY_MS).toISOString()
}

/** What a key is now, and when that ends by itself: `note` is null for a key without an expiry and for one that has ended. */
export type KeyState = { isInUse: boolean; text: 'active' | 'expired' | 'revoked'; tone: Tone; note: string | null }

/** The state of a key at `nowMs`. At its very expiry it has expired, as in the store; who revoked it spoke last. */
export function toKeyState({ revokedAt, expiresAt }: ProjectKey, nowMs: number): KeyState {
  if (revokedAt !== null) return { isInUse: false, text: 'revoked', tone: 'neutral', note: null }
  const leftMs = expiresAt === null ? null : Date.parse(expiresAt) - nowMs
  if (leftMs !== null && leftMs <= 0) return { isInUse: false, text: 'expired', tone: 'neutral', note: null }
  const note = leftMs === null ? null : `expires in ${formatAge(toRoundDays(leftMs))}`
  return { isInUse: true, text: 'active', tone: leftMs !== null && leftMs < SOON_MS ? 'warn' : 'good', note }
}

/** How long the successor of a key will live, as a sentence to append; empty for a key without an expiry. */
export function toSuccessorText({ createdAt, expiresAt }: ProjectKey): string {
  if (expiresAt === null) return ''
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(createdAt)
  return ` The new one lives as long as the old one was made for: ${formatAge(toRoundDays(lifetimeMs))} from now.`
}

// A key made for 30 days has 29 and almost 24 hours from its first second on.
function toRoundDays(ms: number): number {
  return ms < DAY_MS ? ms : Math.round(ms / DAY_MS) * DAY_MS
}
