import { collectedDatabaseQuery } from '../contracts/collect-metrics'
import type { DatabaseQueryRow } from '../contracts/ingest-rows'
import { toServerPerson } from './ai-call-row'
import { checkItem } from './check-item'
import type { RowContext, RowOutcome } from './collect-request'
import { scrubText } from './scrub'

/** Step: one item of `POST /api/analytics/database-performance` as a row. */
export function toDatabaseQueryRow(item: unknown, context: RowContext): RowOutcome<DatabaseQueryRow> {
  const checked = checkItem(collectedDatabaseQuery, item, context)
  if (!checked.ok) return checked
  const { id, timestamp, query, duration, rows, cached, userId } = checked.item
  return {
    ok: true,
    row: {
      id,
      timestamp,
      ...toServerPerson(id, userId, context),
      query: scrubText(query),
      duration,
      rows: rows ?? null,
      cached,
    },
  }
}
