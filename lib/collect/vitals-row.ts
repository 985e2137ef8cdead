import { collectedVitals } from '../contracts/collect-metrics'
import type { VitalsRow } from '../contracts/ingest-rows'
import { checkItem, toRecord } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { toRowOrigin, toRowPerson } from './row-identity'
import { scrubName, scrubObject } from './scrub'

// As in event-row.ts: the depth of free JSON is bounded by scrubObject. Custom metrics are flat and stay in the schema.
const schema = collectedVitals.omit({ attribution: true })

/** Step: one item of `POST /api/analytics/performance` as a row: the vitals of one navigation. */
export function toVitalsRow(item: unknown, context: RowContext): RowOutcome<VitalsRow> {
  const record = toRecord(item)
  if (!record) return { ok: false, reason: 'invalid_event' }
  const checked = checkItem(schema, record, context)
  if (!checked.ok) return checked
  const attribution = record.attribution ?? null
  const scrubbed = attribution === null ? null : scrubObject(attribution)
  if (scrubbed === null && attribution !== null) return { ok: false, reason: 'invalid_properties' }
  const { id, timestamp, seq, lcp, inp, cls, fcp, ttfb, navigationType, connection, custom, device } = checked.item
  const { actorId, userId, sessionId } = toRowPerson(checked.item, context)
  const origin = toRowOrigin(checked.item, context)
  return {
    ok: true,
    row: {
      ...origin,
      id,
      timestamp,
      seq,
      actorId,
      userId,
      sessionId,
      lcp: lcp ?? null,
      inp: inp ?? null,
      cls: cls ?? null,
      fcp: fcp ?? null,
      ttfb: ttfb ?? null,
      navigationType: scrubName(navigationType),
      connection: scrubName(connection),
      device: scrubName(device) ?? origin.device,
      attribution: scrubbed,
      custom: custom ? (scrubObject(custom) as Record<string, number>) : null,
    },
  }
}
