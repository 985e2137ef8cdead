import { collectedAiCall } from '../contracts/collect-metrics'
import type { AiCallRow } from '../contracts/ingest-rows'
import type { ActorId } from '../core/ids'
import { isUuid } from '../core/ids'
import { checkItem } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { pick, toRowPerson } from './row-identity'
import { scrubName } from './scrub'

/** The actor of a row without a user: machines measure themselves. */
export const NOBODY = '00000000-0000-0000-0000-000000000000' as ActorId

/** Step: one item of `POST /api/analytics/ai-performance` as a row. Without `id` the `requestId` identifies the call. */
export function toAiCallRow(item: unknown, context: RowContext): RowOutcome<AiCallRow> {
  const checked = checkItem(collectedAiCall, item, context)
  if (!checked.ok) return checked
  const call = checked.item
  const id = call.id ?? toCallId(call.requestId, context)
  if (id === null) return { ok: false, reason: 'invalid_id' }
  return {
    ok: true,
    row: {
      id,
      timestamp: call.timestamp,
      ...toServerPerson(id, call.userId, context),
      requestId: scrubName(call.requestId),
      endpoint: scrubName(call.endpoint),
      model: scrubName(call.model),
      tokens: call.tokens ?? null,
      duration: call.duration ?? null,
      success: call.success,
      error: scrubName(call.error),
      cacheHit: call.cacheHit,
      costUsd: call.costUsd ?? null,
    },
  }
}

function toCallId(requestId: string | null | undefined, { toActorId }: RowContext): string | null {
  if (!requestId) return null
  return isUuid(requestId) ? requestId.toLowerCase() : toActorId(requestId)
}

/** Actor and user of a row that a server sends: the user's when it names one, else `NOBODY`. */
export function toServerPerson(
  id: string,
  userId: string | null | undefined,
  context: RowContext,
): { actorId: ActorId; userId: string | null } {
  if (context.isGpc || pick({ userId }, context.defaults, 'userId') === null) return { actorId: NOBODY, userId: null }
  const person = toRowPerson({ id, userId }, context)
  return { actorId: person.actorId, userId: person.userId }
}
