import type { Redis } from '@upstash/redis/cloudflare'
import { parseSpillBatch, type SpillBatch } from './spill-batch'
import { SPILL_KEY } from './spill-keys'

/** One entry of the spill; `batch` is null when this code cannot read it. */
export type SpillEntry = { id: string; batch: SpillBatch | null }

/** What one page should weigh: it is in memory as text, as rows and as the request to the store. */
const PAGE_CHARS = 2 * 1024 * 1024
const FIRST_COUNT = 16
const COUNT_MAX = 500

type RawEntry = [id: string, fields: string[]]

/** The id of the newest entry; null when there is none. */
export async function readLastId(redis: Redis): Promise<string | null> {
  const entries = (await redis.exec(['XREVRANGE', SPILL_KEY, '+', '-', 'COUNT', '1'])) as RawEntry[]
  return entries[0]?.[0] ?? null
}

/**
 * The entries up to `lastId`, the oldest first, in pages whose size follows the entries': small ones come by the hundred, large
 * ones by the few.
 */
export async function* readPages(redis: Redis, lastId: string): AsyncGenerator<SpillEntry[]> {
  let start = '-'
  let count = FIRST_COUNT
  for (;;) {
    const page = (await redis.exec(['XRANGE', SPILL_KEY, start, lastId, 'COUNT', String(count)])) as RawEntry[]
    const last = page.at(-1)
    if (!last) return
    yield page.map(([id, fields]) => ({ id, batch: parseSpillBatch(fields[fields.indexOf('batch') + 1] ?? '') }))
    if (last[0] === lastId) return
    start = toNextId(last[0])
    const chars = page.reduce((sum, [, fields]) => sum + (fields[1]?.length ?? 0), 0)
    count = Math.min(COUNT_MAX, Math.max(1, Math.floor((PAGE_CHARS * page.length) / Math.max(1, chars))))
  }
}

/** The smallest id after this one: ids are ms and a number within it. */
function toNextId(id: string): string {
  const [ms, sequence] = id.split('-')
  return `${ms}-${BigInt(sequence ?? 0) + 1n}`
}
