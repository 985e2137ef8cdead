import { parseRedisInfo } from './redis-info'

/** Why a Redis is not trusted with rows that are nowhere else. */
export type Undurable = 'not_persistent' | 'write_failed' | 'evicts' | 'unknown_eviction'
export type Durability = { ok: true } | { ok: false; reason: Undurable }

/**
 * Whether a Redis keeps what it takes: the answer to INFO must say that every write goes to an append-only file, that the
 * last one did, and that nothing is evicted when the memory is full. Upstash writes everything to disk and says
 * `upstash_version` instead; its eviction is off by default (`noeviction`) and `optimistic-volatile` when switched on.
 * Sources: https://redis.io/docs/latest/commands/info/, https://upstash.com/docs/redis/features/durability,
 * https://upstash.com/docs/redis/features/eviction
 */
export function judgeDurability(info: string): Durability {
  const fields = parseRedisInfo(info)
  if (!fields.has('upstash_version')) {
    if (fields.get('aof_enabled') !== '1' || isWritingItsFirstFile(fields))
      return { ok: false, reason: 'not_persistent' }
    if (fields.get('aof_last_write_status') !== 'ok') return { ok: false, reason: 'write_failed' }
  }
  const policy = fields.get('maxmemory_policy')
  if (policy === undefined) return { ok: false, reason: 'unknown_eviction' }
  return policy === 'noeviction' ? { ok: true } : { ok: false, reason: 'evicts' }
}

// `aof_enabled` is 1 from the moment it is switched on; until the first file is whole a killed Redis has none at all.
function isWritingItsFirstFile(fields: ReadonlyMap<string, string>): boolean {
  const isRewriting = fields.get('aof_rewrite_in_progress') === '1' || fields.get('aof_rewrite_scheduled') === '1'
  return isRewriting && fields.get('aof_base_size') === '0'
}

/** What is not yet in the append-only file: bytes held back, and the file's size once all of them are in it. */
export type UnwrittenBytes = { heldBytes: number; goalBytes: number; fileBytes: number }

/**
 * How far the append-only file is, by the answer to INFO; null where Redis does not say (Upstash). With `appendfsync
 * everysec`, its default, Redis acknowledges a write before it is in the file: while the disk is busy with the last second's
 * it holds up to two seconds back in its own memory, which a kill loses (27 of 153 acknowledged rows, seen on a busy disk).
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/ (AOF and disk I/O)
 */
export function readUnwritten(info: string): UnwrittenBytes | null {
  const fields = parseRedisInfo(info)
  const [held, file] = [fields.get('aof_buffer_length'), fields.get('aof_current_size')]
  if (held === undefined || file === undefined) return null
  return { heldBytes: Number(held), fileBytes: Number(file), goalBytes: Number(held) + Number(file) }
}
