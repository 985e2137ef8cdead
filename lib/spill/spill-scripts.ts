import type { Redis } from '@upstash/redis/cloudflare'
import { SPILL_KEY, SPILL_LEASE_KEY, SPILL_ROWS_KEY } from './spill-keys'

// Each script runs as a whole or not at all, so the row count cannot drift from the stream.

/** ARGV: rows allowed in all, then pairs of row count and text. Adds all of them (1), or none when they do not fit (0). */
const ADD = `
local held = 0
if redis.call('XLEN', KEYS[1]) > 0 then held = tonumber(redis.call('GET', KEYS[2]) or '0') end
local added = 0
for i = 2, #ARGV, 2 do added = added + tonumber(ARGV[i]) end
if held + added > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[2], held + added)
for i = 3, #ARGV, 2 do redis.call('XADD', KEYS[1], '*', 'batch', ARGV[i]) end
return 1`

/** ARGV: pairs of entry and row count. Takes the entries out; whoever did so before has counted them. */
const REMOVE = `
for i = 1, #ARGV, 2 do
  if redis.call('XDEL', KEYS[1], ARGV[i]) == 1 then redis.call('DECRBY', KEYS[2], ARGV[i + 1]) end
end
return 1`

/** ARGV: the entry, its row count, then pairs of row count and text. Puts those at the end in its place, if it is still there. */
const REPLACE = `
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('DECRBY', KEYS[2], ARGV[2])
for i = 3, #ARGV, 2 do
  redis.call('INCRBY', KEYS[2], ARGV[i])
  redis.call('XADD', KEYS[1], '*', 'batch', ARGV[i + 1])
end
return 1`

/** ARGV: the holder, ms. Extends the lease (1) unless it is somebody else's by now (0). */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** ARGV: the holder. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`

type Entry = { text: string; rowCount: number }

const toPairs = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ text, rowCount }) => [String(rowCount), text])

/** Adds entries to the spill, all or none; false when it would hold more than `rowsMax` rows then. */
export async function addEntries(redis: Redis, entries: readonly Entry[], rowsMax: number): Promise<boolean> {
  return (await redis.eval(ADD, [SPILL_KEY, SPILL_ROWS_KEY], [String(rowsMax), ...toPairs(entries)])) === 1
}

/** Takes entries out of the spill; nothing happens to those that are gone already. */
export async function removeEntries(redis: Redis, entries: readonly { id: string; rowCount: number }[]): Promise<void> {
  const args = entries.flatMap(({ id, rowCount }) => [id, String(rowCount)])
  await redis.eval(REMOVE, [SPILL_KEY, SPILL_ROWS_KEY], args)
}

/** Puts `others` at the end of the spill in place of an entry; nothing happens when that is gone already. */
export async function replaceEntry(
  redis: Redis,
  { id, rowCount }: { id: string; rowCount: number },
  others: readonly Entry[],
): Promise<void> {
  await redis.eval(REPLACE, [SPILL_KEY, SPILL_ROWS_KEY], [id, String(rowCount), ...toPairs(others)])
}

/** Extends the lease of `holder` by `ttlMs` from now; false when it is not theirs any more. */
export async function renewLease(redis: Redis, holder: string, ttlMs: number): Promise<boolean> {
  return (await redis.eval(RENEW, [SPILL_LEASE_KEY], [holder, String(ttlMs)])) === 1
}

/** Ends the lease of `holder`, if it is still theirs. */
export async function releaseLease(redis: Redis, holder: string): Promise<void> {
  await redis.eval(RELEASE, [SPILL_LEASE_KEY], [holder])
}
