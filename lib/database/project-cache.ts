import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { nowMs } from '../platform/clock'
import { type Project, type ProjectKeyKind, readProjectByKeyHash, readProjectBySlug } from './projects'

/** How long an answer is believed: so long a revoked key may still write, and a new origin may still be refused. */
export const PROJECT_CACHE_MS = 10_000
const ENTRIES_MAX = 1_000

type Remember<Value> = (key: string, read: () => Promise<Value>) => Promise<Value>

// One read for concurrent askers; unknown keys are remembered like known ones, so that guessing costs no queries, and
// both share one bound. A read that fails is forgotten at once.
function createCache<Value>(): Remember<Value> {
  const entries = new Map<string, { value: Promise<Value>; untilMs: number }>()
  return (key, read) => {
    const known = entries.get(key)
    if (known && known.untilMs > nowMs()) return known.value
    entries.delete(key)
    if (entries.size >= ENTRIES_MAX) entries.delete(entries.keys().next().value as string)
    const entry = { value: read(), untilMs: nowMs() + PROJECT_CACHE_MS }
    entries.set(key, entry)
    entry.value.catch(() => {
      if (entries.get(key) === entry) entries.delete(key)
    })
    return entry.value
  }
}

const rememberKey = createCache<{ project: Project; kind: ProjectKeyKind } | null>()
const rememberSlug = createCache<Project | null>()

/** Lower-case hex SHA-256 of a whole key: the only form in which the store knows it. */
export function toKeyHash(key: string): string {
  return bytesToHex(sha256(utf8ToBytes(key)))
}

/** The project of a key as known at most `PROJECT_CACHE_MS` ago; null for an unknown or revoked one. */
export function readCachedProjectByKey(key: string): Promise<{ project: Project; kind: ProjectKeyKind } | null> {
  const hash = toKeyHash(key)
  return rememberKey(hash, () => readProjectByKeyHash(hash))
}

/** The project of a slug as known at most `PROJECT_CACHE_MS` ago; null when there is none. */
export function readCachedProjectBySlug(slug: string): Promise<Project | null> {
  return rememberSlug(slug, () => readProjectBySlug(slug))
}
