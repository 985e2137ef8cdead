import type { DatabaseQueryRow } from '../contracts/ingest-rows'
import type { ProjectId } from '../core/ids'
import { type AppendOutcome, appendRows, type Columns } from './append'

/** Where each field of a database query is stored. */
export const DATABASE_QUERY_COLUMNS: Columns<Required<DatabaseQueryRow>> = {
  id: 'id',
  actorId: 'actor_id',
  timestamp: 'timestamp',
  userId: 'user_id',
  query: 'query',
  duration: 'duration',
  rows: 'rows',
  cached: 'cached',
}

/** Appends database queries; see `appendRows` for what it answers and throws. */
export function appendDatabaseMetrics(projectId: ProjectId, rows: readonly DatabaseQueryRow[]): Promise<AppendOutcome> {
  return appendRows('append_database_metrics', DATABASE_QUERY_COLUMNS, projectId, rows)
}
