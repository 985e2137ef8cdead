import 'server-only'
import type { Redis } from '@upstash/redis/cloudflare'
import { type AppendRows, appendHalving, type RowFate } from '../collect/event-sink'
import { parkingAppend } from '../collect/parking-append'
import type { Lane } from '../contracts/dead-letters'
import { AppError } from '../core/errors'
import type { ProjectId } from '../core/ids'
import { monotonicMs } from '../platform/clock'
import { toLogText, writeLog } from '../platform/log'
import { readRedis, toRedisError } from '../platform/redis'
import { takeDrainLease } from './drain-lease'
import { type SpillBatch, toEntries } from './spill-batch'
import { SPILL_ROWS_KEY } from './spill-keys'
import { readLastId, readPages, type SpillEntry } from './spill-pages'
import { removeEntries, replaceEntry } from './spill-scripts'

/**
 * In rows: `drained` are new in the store, `duplicates` were there before, `left` wait still. `isBusy`: somebody else is
 * emptying the spill at this moment.
 */
export type DrainAnswer = { drained: number; duplicates: number; parked: number; left: number; isBusy: boolean }

type Row = Readonly<Record<string, unknown>>

export type MoveOptions = {
  /** Appends rows of a lane, in one transaction. With no rows it must do nothing, and fail only when the store is away. */
  append(lane: Lane, ...call: Parameters<AppendRows<Row>>): ReturnType<AppendRows<Row>>
  /** Keeps a row that cannot be stored for people to look at; false when even that is refused. */
  park(lane: Lane, projectId: ProjectId, letter: { row: Row; reason: string; code?: string }): Promise<boolean>
  /** Told of rows that are in the store, or parked, and about to leave the spill. */
  onMoved?(projectId: ProjectId, rows: { stored: number; parked: number }): void
  /** No batch is begun after so many ms. */
  budgetMs?: number
  /** A drainer that was killed keeps the others waiting so long; 5 s unless told. */
  leaseMs?: number
}

const BUDGET_MS = 10_000
/** A page of entries may take a moment to arrive. */
const REDIS_DEADLINE_MS = 5_000
/** Rows of one transaction, as where rows come in directly. */
const GROUP_ROWS_MAX = 1_000
/** The store fails so often on one single row, while it takes others, before the row is parked. */
const FAILURES_MAX = 3

/**
 * Moves what was in the spill at its start to the store, the oldest first. An entry leaves only after its rows are committed
 * or parked, so a drainer may die anywhere: the next one appends some rows again, which are duplicates then.
 *
 * A store that is away ends the run. Rows that make the store fail while it takes others go to the end in halves until the one
 * row is found, which is parked after three failures; entries this code cannot read stay where they are. Neither holds up the
 * rest. Without a Redis there is nothing to do. When Redis fails it rejects with `store_unavailable`.
 */
export async function moveSpill(options: MoveOptions): Promise<DrainAnswer> {
  const answer = { drained: 0, duplicates: 0, parked: 0, left: 0, isBusy: false }
  const redis = readRedis(REDIS_DEADLINE_MS)
  if (!redis) return answer
  try {
    const lastId = await readLastId(redis)
    if (lastId === null) return answer
    const lease = await takeDrainLease(redis, options.leaseMs)
    if (lease) {
      const endMs = monotonicMs() + (options.budgetMs ?? BUDGET_MS)
      const mayGoOn = () => lease.isHeld() && monotonicMs() < endMs
      await drain(redis, lastId, options, mayGoOn, answer).finally(lease.release)
    }
    return { ...answer, left: Number(await redis.get(SPILL_ROWS_KEY)), isBusy: lease === null }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('store_unavailable', 'The spill could not be emptied; what is left stays in it.', {
      cause: toRedisError(error),
      retryAfterMs: 2_000,
    })
  }
}

async function drain(
  redis: Redis,
  lastId: string,
  options: MoveOptions,
  mayGoOn: () => boolean,
  answer: DrainAnswer,
): Promise<void> {
  for await (const page of readPages(redis, lastId)) {
    for (const group of toGroups(page)) {
      if (!mayGoOn() || !(await moveGroup(redis, group, options, answer))) return
    }
  }
}

/** Readable entries of one project and lane that stand beside each other; one at least. */
type Group = readonly { id: string; batch: SpillBatch }[]

function toGroups(page: readonly SpillEntry[]): Group[] {
  const groups: { id: string; batch: SpillBatch }[][] = []
  let rowCount = 0
  for (const { id, batch } of page) {
    if (!batch) {
      writeLog('error', { event: 'spill_entry_unreadable', entry: id })
      continue
    }
    const group = groups.at(-1)
    rowCount += batch.rows.length
    if (group && rowCount <= GROUP_ROWS_MAX && isAlike(group[0]?.batch as SpillBatch, batch)) group.push({ id, batch })
    else {
      groups.push([{ id, batch }])
      rowCount = batch.rows.length
    }
  }
  return groups
}

const isAlike = (one: SpillBatch, other: SpillBatch): boolean =>
  one.lane === other.lane && one.projectId === other.projectId && one.failures + other.failures === 0

/** False when the store is away. */
async function moveGroup(redis: Redis, group: Group, options: MoveOptions, answer: DrainAnswer): Promise<boolean> {
  const { batch } = group[0] as Group[number]
  const { lane, projectId } = batch
  let fates: RowFate[]
  try {
    const rows = group.flatMap((entry) => entry.batch.rows)
    fates = await appendHalving(toAppend(options, lane), projectId, rows)
  } catch (error) {
    if (!(await isStoreThere(options, batch))) return false
    return setAside(redis, group, options, answer, error)
  }
  note(projectId, fates, options, answer)
  await settle(redis, group, fates)
  return true
}

function note(projectId: ProjectId, fates: readonly RowFate[], { onMoved }: MoveOptions, answer: DrainAnswer): void {
  const count = (fate: RowFate): number => fates.filter((each) => each === fate).length
  const [accepted, duplicates, parked] = [count('accepted'), count('duplicate'), count('parked')]
  answer.drained += accepted
  answer.duplicates += duplicates
  answer.parked += parked
  onMoved?.(projectId, { stored: accepted + duplicates, parked })
}

/** Takes out entries whose rows are stored or parked; what is neither takes its entry's place, at the end. */
async function settle(redis: Redis, group: Group, fates: readonly RowFate[]): Promise<void> {
  const done: { id: string; rowCount: number }[] = []
  let position = 0
  for (const { id, batch } of group) {
    const { length: rowCount } = batch.rows
    const own = fates.slice(position, position + rowCount)
    position += rowCount
    const rows = batch.rows.filter((_, index) => own[index] === 'refused')
    if (rows.length === 0) done.push({ id, rowCount })
    else await replaceEntry(redis, { id, rowCount }, toEntries({ ...batch, rows, failures: batch.failures + 1 }))
  }
  if (done.length > 0) await removeEntries(redis, done)
}

function toAppend({ append, park }: MoveOptions, lane: Lane): AppendRows<Row> {
  return parkingAppend<Row>(
    (projectId, rows) => append(lane, projectId, rows),
    (projectId, row, code) =>
      park(lane, projectId, { row, reason: 'refused_by_store', ...(code !== undefined && { code }) }),
  )
}

async function isStoreThere({ append }: MoveOptions, { lane, projectId }: SpillBatch): Promise<boolean> {
  try {
    await append(lane, projectId, [])
    return true
  } catch {
    return false // away, as it was a moment ago
  }
}

/** The store is there, so it is these rows that make it fail: each entry alone, then in halves, then the single row. */
async function setAside(
  redis: Redis,
  group: Group,
  options: MoveOptions,
  answer: DrainAnswer,
  cause: unknown,
): Promise<boolean> {
  const [{ id, batch }, ...others] = group as [Group[number], ...Group]
  if (others.length > 0) {
    for (const entry of group) if (!(await moveGroup(redis, [entry], options, answer))) return false
    return true
  }
  const { lane, projectId, rows, failures } = batch
  const entry = { id, rowCount: rows.length }
  writeLog('warning', { event: 'spill_entry_failed', entry: id, lane, rows: rows.length, cause: toLogText(cause) })
  const [row] = rows
  if (row && rows.length === 1) {
    const isParked =
      failures + 1 >= FAILURES_MAX && (await options.park(lane, projectId, { row, reason: 'failed_in_store' }))
    if (isParked) {
      note(projectId, ['parked'], options, answer)
      await removeEntries(redis, [entry])
    } else await replaceEntry(redis, entry, toEntries({ ...batch, failures: failures + 1 }))
    return true
  }
  const middle = rows.length >> 1
  const halves = [rows.slice(0, middle), rows.slice(middle)]
  await replaceEntry(
    redis,
    entry,
    halves.flatMap((half) => toEntries({ ...batch, rows: half })),
  )
  return true
}
