import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { AppError } from '../core/errors'
import { nowMs } from '../platform/clock'
import { type Project, type ProjectKeyKind, readProjectByKeyHash, readProjectBySlug } from './projects'

/** How long an answer is believed: so long a revoked or expired key may still write, and a new origin may still be refused. */
export const PROJECT_CACHE_MS = 10_000
/** A store that has not answered by then is taken for away, where an earlier answer can stand in. */
const PATIENCE_MS = 1_000
/** So long nobody asks a store that was away just now. */
const PAUSE_MS = 2_000
const ENTRIES_MAX = 1_000

type Remember<Value> = (key: string, read: () => Promise<Value | null>) => Promise<Value | null>
type Entry<Value> = { value: Promise<Value | null>; untilMs: number; last: Value | null }

/**
 * Remembers what `read` gives for `PROJECT_CACHE_MS`. One read for concurrent askers; unknown keys are remembered like known
 * ones, so that guessing costs no queries, and both share one bound. While the store is away what was known last holds, so
 * that rows can still be told apart and spilled; without it the failure passes through and is forgotten at once.
 */
export function createProjectCache<Value>(): Remember<Value> {
  const entries = new Map<string, Entry<Value>>()

  async function readOrRecall(entry: Entry<Value>, read: () => Promise<Value | null>): Promise<Value | null> {
    try {
      entry.last = entry.last === null ? await read() : await withPatience(read())
      return entry.last
    } catch (error) {
      if (entry.last === null || !(error instanceof AppError && error.code === 'store_unavailable')) throw error
      entry.untilMs = nowMs() + PAUSE_MS
      return entry.last
    }
  }

  return (key, read) => {
    const known = entries.get(key)
    if (known && known.untilMs > nowMs()) return known.value
    entries.delete(key)
    if (entries.size >= ENTRIES_MAX) entries.delete(entries.keys().next().value as string)
    const entry: Entry<Value> = {
      value: Promise.resolve(null),
      untilMs: nowMs() + PROJECT_CACHE_MS,
      last: known?.last ?? null,
    }
    entry.value = readOrRecall(entry, read)
    entries.set(key, entry)
    entry.value.catch(() => {
      // Asked again at once; but one odd answer of a store that is going down must not cost what was known before.
      if (entry.last !== null) entry.untilMs = 0
      else if (entries.get(key) === entry) entries.delete(key)
    })
    return entry.value
  }
}

async function withPatience<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new AppError('store_unavailable', 'The store does not answer; try again soon.')
    timer = setTimeout(() => reject(error), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const rememberKey = createProjectCache<{ project: Project; kind: ProjectKeyKind }>()
const rememberSlug = createProjectCache<Project>()

/** Lower-case hex SHA-256 of a whole key: the only form in which the store knows it. */
export function toKeyHash(key: string): string {
  return bytesToHex(sha256(utf8ToBytes(key)))
}

/** The project of a key as known at most `PROJECT_CACHE_MS` ago; null for an unknown, revoked or expired one. */
export function readCachedProjectByKey(key: string): Promise<{ project: Project; kind: ProjectKeyKind } | null> {
  const hash = toKeyHash(key)
  return rememberKey(hash, () => readProjectByKeyHash(hash))
}

/** The project of a slug as known at most `PROJECT_CACHE_MS` ago; null when there is none. */
export function readCachedProjectBySlug(slug: string): Promise<Project | null> {
  return rememberSlug(slug, () => readProjectBySlug(slug))
}
