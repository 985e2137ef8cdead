import { collectedVitals } from '../contracts/collect-metrics'
import type { VitalsRow } from '../contracts/ingest-rows'
import { checkItem, toOptionalJson, toRecord } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { toRowPerson } from './row-identity'
import { toRowOrigin } from './row-origin'

// As in event-row.ts: free JSON is left to the scrubber.
const schema = collectedVitals.omit({ attribution: true, custom: true })

/** Step: one item of `POST /api/analytics/performance` as a row: the vitals of one navigation. */
export function toVitalsRow(item: unknown, context: RowContext): RowOutcome<VitalsRow> {
  const record = toRecord(item)
  if (!record) return { ok: false, reason: 'invalid_event' }
  const checked = checkItem(schema, record, context)
  if (!checked.ok) return checked
  const attribution = toOptionalJson(record.attribution, context.scrubber.properties)
  const custom = toOptionalJson(record.custom, context.scrubber.measurements)
  if (!attribution || !custom || !isMeasurements(custom.value)) return { ok: false, reason: 'invalid_properties' }
  const { id, timestamp, seq, lcp, inp, cls, fcp, ttfb, navigationType, connection, device } = checked.item
  const { actorId, userId, sessionId, visitorId } = toRowPerson(checked.item, context)
  const { origin, cutCount } = toRowOrigin(checked.item, context)
  const { scrubber, isGpc } = context
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
      visitorId,
      lcp: lcp ?? null,
      inp: inp ?? null,
      cls: cls ?? null,
      fcp: fcp ?? null,
      ttfb: ttfb ?? null,
      navigationType: scrubber.name(navigationType),
      connection: scrubber.name(connection),
      device: scrubber.name(device) ?? origin.device,
      // Selectors and addresses of what was on the page may be one person's.
      attribution: isGpc ? null : attribution.value,
      custom: custom.value,
    },
    cutCount: cutCount + custom.cutCount + (isGpc ? 0 : attribution.cutCount),
  }
}

function isMeasurements(custom: Readonly<Record<string, unknown>> | null): custom is Record<string, number> | null {
  return custom === null || Object.entries(custom).every(([name, value]) => name !== '' && typeof value === 'number')
}
