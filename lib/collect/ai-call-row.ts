import { PAYLOAD_LIMITS } from '../contracts/collect-limits'
import { collectedAiCall } from '../contracts/collect-metrics'
import type { AiCallRow } from '../contracts/ingest-rows'
import type { ActorId } from '../core/ids'
import { isUuid } from '../core/ids'
import { checkItem } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { pick, toRowPerson } from './row-identity'
import { toStorableId } from './storable-text'

/** The actor of a row without a user: machines measure themselves. */
export const NOBODY = '00000000-0000-0000-0000-000000000000' as ActorId

/** Step: one item of `POST /api/analytics/ai-performance` as a row. Without `id` the `requestId` identifies the call. */
export function toAiCallRow(item: unknown, context: RowContext): RowOutcome<AiCallRow> {
  const checked = checkItem(collectedAiCall, item, context)
  if (!checked.ok) return checked
  const call = checked.item
  const id = call.id ?? toCallId(call.requestId, context)
  if (id === null) return { ok: false, reason: 'invalid_id' }
  const { scrubber } = context
  const error = scrubber.text(call.error, PAYLOAD_LIMITS.textLengthMax)
  return {
    ok: true,
    row: {
      id,
      timestamp: call.timestamp,
      ...toServerPerson({ id, timestamp: call.timestamp, userId: call.userId }, context),
      requestId: toStorableId(call.requestId),
      endpoint: scrubber.name(call.endpoint),
      model: scrubber.name(call.model),
      tokens: call.tokens ?? null,
      duration: call.duration ?? null,
      success: call.success,
      error: error.value,
      cacheHit: call.cacheHit,
      costUsd: call.costUsd ?? null,
    },
    cutCount: error.cutCount,
  }
}

function toCallId(requestId: string | null | undefined, { toActorId }: RowContext): string | null {
  if (!requestId) return null
  return isUuid(requestId) ? requestId.toLowerCase() : toActorId(requestId)
}

/** Actor and user of a row that a server sends: the user's when it names one, else `NOBODY`. */
export function toServerPerson(
  item: { id: string; timestamp: number; userId?: string | null | undefined },
  context: RowContext,
): { actorId: ActorId; userId: string | null } {
  if (context.isGpc || pick(item, context.defaults, 'userId') === null) return { actorId: NOBODY, userId: null }
  const { actorId, userId } = toRowPerson(item, context)
  return { actorId, userId }
}
