import { QUERY_LENGTH_MAX } from '../contracts/collect-limits'
import { collectedDatabaseQuery } from '../contracts/collect-metrics'
import type { DatabaseQueryRow } from '../contracts/ingest-rows'
import { toServerPerson } from './ai-call-row'
import { checkItem } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'

/** Step: one item of `POST /api/analytics/database-performance` as a row. */
export function toDatabaseQueryRow(item: unknown, context: RowContext): RowOutcome<DatabaseQueryRow> {
  const checked = checkItem(collectedDatabaseQuery, item, context)
  if (!checked.ok) return checked
  const { id, timestamp, duration, rows, cached, userId } = checked.item
  const query = context.scrubber.text(checked.item.query, QUERY_LENGTH_MAX)
  return {
    ok: true,
    row: {
      id,
      timestamp,
      ...toServerPerson({ id, timestamp, userId }, context),
      query: query.value ?? '',
      duration,
      rows: rows ?? null,
      cached,
    },
    cutCount: query.cutCount,
  }
}
