import type { CollectAnswer } from '../contracts/collect-answer'
import { COLLECT_LIMITS } from '../contracts/collect-limits'
import type { ActorId } from '../core/ids'
import { truncateAddress } from '../core/ip-address'
import { toActorId } from './actor-id'
import { checkClock } from './check-clock'
import { isOriginAllowed } from './check-origin'
import type { CollectRequest, RowContext, RowOutcome, Sender } from './collect-request'
import type { EventSink } from './event-sink'
import { parseAgent } from './parse-agent'
import { type ProjectSource, resolveSender } from './resolve-sender'

/** What collecting needs from outside; `takeToken` spends one token of the sender's rate limit. */
export type CollectServices<Row> = {
  projects: ProjectSource
  sink: EventSink<Row>
  /** Origins allowed for every project. */
  installOrigins: readonly string[]
  takeToken(sender: Sender, address: string | null, nowMs: number): { ok: true } | { ok: false; retryAfterMs: number }
}

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

export type CollectOutcome =
  | { ok: true; answer: CollectAnswer }
  | { ok: false; reason: Refusal; retryAfterMs?: number; itemsMax?: number }

/**
 * One batch from arrival to commit, in named steps: whose it is, whether its origin, size, rate and clock are acceptable,
 * each item by itself, and the sink. Settles after the commit. A refusal is a value and stores nothing; what the sink
 * throws (`store_unavailable`, `overloaded`) passes through.
 */
export async function collect<Row>(
  request: CollectRequest,
  toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
  { projects, sink, installOrigins, takeToken }: CollectServices<Row>,
): Promise<CollectOutcome> {
  const resolved = await resolveSender(request, projects)
  if (!resolved.ok) return resolved
  const { sender } = resolved
  if (!isOriginAllowed(request, sender, installOrigins)) return { ok: false, reason: 'origin_not_allowed' }
  const { itemsMax } = COLLECT_LIMITS[sender.kind]
  if (request.batch.items.length > itemsMax) return { ok: false, reason: 'too_many_items', itemsMax }
  const token = takeToken(sender, request.address, request.receivedMs)
  if (!token.ok) return { ok: false, reason: 'rate_limited', retryAfterMs: token.retryAfterMs }
  const clock = checkClock(request, sender)
  if (!clock.ok) return clock
  return { ok: true, answer: await appendItems(request, sender, toRow, sink) }
}

async function appendItems<Row>(
  request: CollectRequest,
  sender: Sender,
  toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
  sink: EventSink<Row>,
): Promise<CollectAnswer> {
  const context = toRowContext(request, sender)
  const rows: Row[] = []
  const positions: number[] = []
  const rejected: CollectAnswer['rejected'] = []
  for (const [index, item] of request.batch.items.entries()) {
    const outcome = toRow(item, context)
    if (!outcome.ok) {
      rejected.push({ index, reason: outcome.reason })
      continue
    }
    rows.push(outcome.row)
    positions.push(index)
  }
  const answer = { accepted: 0, duplicates: 0, rejected }
  for (const [position, fate] of (await sink.append(sender.project.id, rows)).entries()) {
    if (fate === 'accepted') answer.accepted += 1
    else if (fate === 'duplicate') answer.duplicates += 1
    else rejected.push({ index: positions[position] as number, reason: 'refused_by_store' })
  }
  rejected.sort((one, other) => one.index - other.index)
  return answer
}

// A server's own address and agent say nothing about its users: with a secret key both come from the context, with a
// publishable one from the request alone.
function toRowContext(request: CollectRequest, sender: Sender): RowContext {
  const { headers, batch, receivedMs } = request
  const defaults = batch.context ?? {}
  const isSecret = sender.kind === 'secret'
  const userAgent = (isSecret ? defaults.userAgent : headers.get('user-agent'))?.slice(0, 1_024) || null
  const address = isSecret ? (defaults.ip ?? null) : request.address
  const { hashKey, settings } = sender.project
  const actors = new Map<string, ActorId>()
  return {
    sender,
    defaults,
    receivedMs,
    isGpc: headers.get('sec-gpc') === '1',
    agent: parseAgent(userAgent),
    country: isSecret ? null : request.country,
    userAgent: settings.keepsUserAgents === true ? userAgent : null,
    ip: settings.keepsAddresses === true && address !== null ? truncateAddress(address) : null,
    toActorId(message) {
      const known = actors.get(message)
      if (known) return known
      const actor = toActorId(hashKey, message)
      actors.set(message, actor)
      return actor
    },
  }
}
