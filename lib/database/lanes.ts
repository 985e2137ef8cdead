import type { Lane } from '../contracts/dead-letters'
import { AI_CALL_COLUMNS } from './ai-metrics'
import { type Columns, type StoreRow, toStoreRow } from './append'
import { DATABASE_QUERY_COLUMNS } from './database-metrics'
import { EVENT_COLUMNS } from './events'
import { VITALS_COLUMNS } from './vitals'

/** The SQL function that stores the rows of each lane. */
export const APPEND_FUNCTIONS = {
  events: 'append_events',
  vitals: 'append_vitals',
  ai: 'append_ai_metrics',
  database: 'append_database_metrics',
} as const satisfies Record<Lane, string>

const COLUMNS: Readonly<Record<Lane, Columns<Record<string, unknown>>>> = {
  events: EVENT_COLUMNS,
  vitals: VITALS_COLUMNS,
  ai: AI_CALL_COLUMNS,
  database: DATABASE_QUERY_COLUMNS,
}

/** A row of `lib/contracts/ingest-rows.ts` as the lane's append function takes it. */
export function toLaneRow(lane: Lane, row: object): StoreRow {
  return toStoreRow(row as Record<string, unknown>, COLUMNS[lane])
}
