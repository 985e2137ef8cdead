import type { Principal } from '@/lib/auth/principal'
import { type CollectOutcome, type CollectServices, collect } from '@/lib/collect/collect'
import type { CollectRequest, RowContext, RowOutcome } from '@/lib/collect/collect-request'
import type { AppendRows } from '@/lib/collect/event-sink'
import { type GroupingSink, groupingSink } from '@/lib/collect/grouping-sink'
import { parkingAppend } from '@/lib/collect/parking-append'
import type { CountedRow } from '@/lib/collect/tally'
import { COLLECT_LIMITS } from '@/lib/contracts/collect-limits'
import type { Lane } from '@/lib/contracts/dead-letters'
import { AppError } from '@/lib/core/errors'
import { parkDeadLetters } from '@/lib/database/dead-letters'
import { ingestRecorder } from '@/lib/database/ingest-recorder'
import { readCachedProjectByKey, readCachedProjectBySlug } from '@/lib/database/project-cache'
import { readVisitorSalt } from '@/lib/database/visitor-salts'
import { Answer } from '@/lib/http/answer'
import { toClientOrigin } from '@/lib/http/client-address'
import type { RouteCall } from '@/lib/http/define-route'
import { readHost, toSameOrigin } from '@/lib/http/same-origin'
import { nowMs } from '@/lib/platform/clock'
import { isOnVercel, readEnv } from '@/lib/platform/env'
import { spillingLane } from '@/lib/spill/spilling-lane'
import { createTakeToken } from './collect-limits'

/** What the four ingestion routes declare alike. A body may be as large as its sender's kind of key allows. */
export const ingestion = {
  permission: 'collect.write',
  isCrossOrigin: true,
  sizeBytesMax: (principal: Principal) =>
    COLLECT_LIMITS[principal.kind === 'secret' ? 'secret' : 'publishable'].sizeBytesMax,
} as const

type Batch = Omit<CollectRequest['batch'], 'items'>
type IngestionCall = RouteCall<unknown, Batch, unknown>

/** Every sink of this module graph, for how many rows are under way in all. */
const sinks: Pick<GroupingSink<never>, 'readPendingRows'>[] = []

/**
 * The handler of one ingestion route: `toRow` for its items, `append` for the rows of its lane. Limits and sinks belong to the
 * module graph: to the process where the collector runs in front, else to the one route, as each edge route is a graph of
 * its own.
 */
export function ingest<Row extends CountedRow>(
  lane: Lane,
  toRow: (item: unknown, context: RowContext) => RowOutcome<Row>,
  append: AppendRows<Row>,
): (call: IngestionCall, items: readonly unknown[]) => Promise<Answer> {
  const sink = createSink(lane, append)
  const shared = {
    projects: { readProjectByKey: readCachedProjectByKey, readProjectBySlug: readCachedProjectBySlug },
    sink,
    takeToken: createTakeToken(),
    readVisitorSalt,
    nowMs,
  }
  return async (call, items) => {
    const request = toCollectRequest(call, items)
    const services: CollectServices<Row> = { ...shared, installOrigins: readEnv().CORS_ORIGINS ?? [] }
    const outcome = await collect(request, toRow, services)
    recordOutcome(outcome)
    if (!outcome.ok) throw toRefusal(outcome, request.receivedMs)
    return new Answer(outcome.answer, { status: 202, meta: { serverTime: request.receivedMs, ...outcome.notes } })
  }
}

function createSink<Row extends CountedRow>(lane: Lane, append: AppendRows<Row>): GroupingSink<Row> {
  const parking = parkingAppend(spillingLane(lane, append), async (projectId, row, code) => {
    const letter = { row, reason: 'refused_by_store', ...(code !== undefined && { code }) }
    return (await parkDeadLetters(projectId, lane, [letter])) > 0
  })
  const sink = groupingSink(parking, { onGroup: ingestRecorder.recordGroup })
  sinks.push(sink)
  return sink
}

function recordOutcome(outcome: CollectOutcome): void {
  const queueRows = sinks.reduce((rows, sink) => rows + sink.readPendingRows(), 0)
  const figures = outcome.ok ? outcome.tally : { counts: { [`refused.${outcome.reason}`]: 1 } }
  ingestRecorder.recordBatch(outcome.projectId, figures, queueRows)
}

/** Writes the figures that are not written yet, as the last thing before a process ends. Never rejects. */
export function flushIngest(): Promise<void> {
  return ingestRecorder.flush()
}

function toCollectRequest({ body, principal, request }: IngestionCall, items: readonly unknown[]): CollectRequest {
  const trustedProxies = readEnv().GROWTH_TRUSTED_PROXIES ?? []
  const { headers } = request
  return {
    headers,
    sender:
      principal.kind === 'secret' || principal.kind === 'publishable'
        ? { kind: principal.kind, project: principal.project }
        : null,
    batch: { key: body.key, sentAt: body.sentAt, context: body.context, items },
    sameOrigin: toSameOrigin(headers, readHost(headers, trustedProxies)),
    ...toClientOrigin(headers, { trustedProxies, isOnVercel: isOnVercel() }),
    receivedMs: nowMs(),
  }
}

function toRefusal(outcome: Extract<CollectOutcome, { ok: false }>, receivedMs: number): AppError {
  switch (outcome.reason) {
    case 'unknown_key':
      return new AppError('unknown_key', 'The key is unknown, revoked or expired.')
    case 'misplaced_key':
      return new AppError('unknown_key', 'Send a secret key as `Authorization: Bearer`, never in a body.')
    case 'missing_key':
      return new AppError(
        'unauthenticated',
        'Send a publishable key as `key`, or a secret key as `Authorization: Bearer`.',
      )
    case 'origin_not_allowed':
      return new AppError('origin_not_allowed', 'This origin is not among the project’s allowed origins.')
    case 'too_many_items':
      return new AppError('payload_too_large', `Too many items: at most ${outcome.itemsMax} in one batch.`)
    case 'rate_limited':
      return new AppError('rate_limited', 'Too many requests; wait a little.', {
        retryAfterMs: outcome.retryAfterMs ?? 1_000,
      })
    case 'missing_sent_at':
      return new AppError('invalid_request', 'Not understood: sentAt: required with a publishable key.', {
        issues: [{ path: 'sentAt', message: 'required with a publishable key: the sender’s clock in Unix ms' }],
      })
    case 'clock_skew':
      return new AppError('clock_skew', 'The sender’s clock is more than 5 minutes off; correct it by `serverTime`.', {
        details: { serverTime: receivedMs },
      })
  }
}
