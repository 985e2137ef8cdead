import type { CollectAnswer } from '../contracts/collect-answer'
import { COLLECT_LIMITS } from '../contracts/collect-limits'
import type { ProjectId } from '../core/ids'
import { checkClock } from './check-clock'
import { isOriginAllowed } from './check-origin'
import type { CollectRequest, RowContext, RowOutcome, Sender } from './collect-request'
import type { EventSink } from './event-sink'
import { type ProjectSource, resolveSender } from './resolve-sender'
import { readRowContext } from './row-context'
import { type CountedRow, type Tally, tallyBatch } from './tally'
import type { ReadVisitorSalt } from './visitor-key'

/** What collecting needs from outside; `takeToken` spends one token of the sender's rate limit. */
export type CollectServices<Row> = {
  projects: ProjectSource
  sink: EventSink<Row>
  /** Origins allowed for every project. */
  installOrigins: readonly string[]
  takeToken(sender: Sender, address: string | null, nowMs: number): Promise<TokenOutcome> | TokenOutcome
  /** The salt of a UTC day for the keys of visitors; null when it cannot be known now. */
  readVisitorSalt: ReadVisitorSalt
  /** The clock, asked again when the rows are settled. */
  nowMs(): number
}

type TokenOutcome = { ok: true } | { ok: false; retryAfterMs: number }

/** Why a batch was refused whole; nothing of it is stored. */
export type Refusal =
  | 'unknown_key'
  | 'misplaced_key'
  | 'missing_key'
  | 'origin_not_allowed'
  | 'too_many_items'
  | 'rate_limited'
  | 'missing_sent_at'
  | 'clock_skew'

/** What an answer says besides what became of the items: how many wait in the spill, are parked, or lost properties. */
export type CollectNotes = { spilled?: number; parked?: number; truncated?: number }

/** `projectId` is null when the batch could be tied to no project. */
export type CollectOutcome =
  | { ok: true; projectId: ProjectId; answer: CollectAnswer; notes: CollectNotes; tally: Tally }
  | { ok: false; projectId: ProjectId | null; reason: Refusal; retryAfterMs?: number; itemsMax?: number }

/**
 * One batch from arrival to commit, in named steps: whose it is, whether its origin, size, rate and clock are acceptable,
 * each item by itself, and the sink. Settles after the commit. A refusal is a value and stores nothing; what the sink
 * throws (`store_unavailable`, `overloaded`) passes through.
 */
export async function collect<Row extends CountedRow>(
  request: CollectRequest,
  toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
  services: CollectServices<Row>,
): Promise<CollectOutcome> {
  const resolved = await resolveSender(request, services.projects)
  if (!resolved.ok) return { ...resolved, projectId: null }
  const { sender } = resolved
  const projectId = sender.project.id
  const admission = await admit(request, sender, services)
  return admission.ok ? appendItems(request, sender, toRow, services) : { ...admission, projectId }
}

type Admission = { ok: true } | { ok: false; reason: Refusal; retryAfterMs?: number; itemsMax?: number }

async function admit(
  request: CollectRequest,
  sender: Sender,
  { installOrigins, takeToken }: Pick<CollectServices<never>, 'installOrigins' | 'takeToken'>,
): Promise<Admission> {
  if (!isOriginAllowed(request, sender, installOrigins)) return { ok: false, reason: 'origin_not_allowed' }
  const { itemsMax } = COLLECT_LIMITS[sender.kind]
  if (request.batch.items.length > itemsMax) return { ok: false, reason: 'too_many_items', itemsMax }
  const token = await takeToken(sender, request.address, request.receivedMs)
  if (!token.ok) return { ok: false, reason: 'rate_limited', retryAfterMs: token.retryAfterMs }
  return checkClock(request, sender)
}

async function appendItems<Row extends CountedRow>(
  request: CollectRequest,
  sender: Sender,
  toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
  { sink, nowMs, readVisitorSalt }: CollectServices<Row>,
): Promise<CollectOutcome> {
  const projectId = sender.project.id
  const context = await readRowContext(request, sender, readVisitorSalt)
  const rows: Row[] = []
  const positions: number[] = []
  const rejected: CollectAnswer['rejected'] = []
  let cutCount = 0
  for (const [index, item] of request.batch.items.entries()) {
    const outcome = toRow(item, context)
    if (!outcome.ok) {
      rejected.push({ index, reason: outcome.reason })
      continue
    }
    cutCount += outcome.cutCount
    rows.push(outcome.row)
    positions.push(index)
  }
  const fates = await sink.append(projectId, rows)
  const answer = { accepted: 0, duplicates: 0, rejected }
  const notes = { spilled: 0, parked: 0, truncated: cutCount }
  for (const [position, fate] of fates.entries()) {
    if (fate === 'duplicate') answer.duplicates += 1
    else if (fate === 'accepted' || fate === 'spilled') answer.accepted += 1
    else rejected.push({ index: positions[position] as number, reason: 'refused_by_store' })
    if (fate === 'spilled' || fate === 'parked') notes[fate] += 1
  }
  rejected.sort((one, other) => one.index - other.index)
  const tally = tallyBatch({
    received: request.batch.items.length,
    rejected,
    rows,
    fates,
    cutCount,
    droppedByClient: request.batch.context?.dropped ?? 0,
    nowMs: nowMs(),
  })
  return { ok: true, projectId, answer, notes: toNotes(notes), tally }
}

function toNotes(counts: Required<CollectNotes>): CollectNotes {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
}
