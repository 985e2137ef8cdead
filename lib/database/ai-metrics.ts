import type { AiCallRow } from '../contracts/ingest-rows'
import type { ProjectId } from '../core/ids'
import { type AppendOutcome, appendRows, type Columns } from './append'

/** Where each field of a call to a model is stored. */
export const AI_CALL_COLUMNS: Columns<Required<AiCallRow>> = {
  id: 'id',
  actorId: 'actor_id',
  timestamp: 'timestamp',
  userId: 'user_id',
  requestId: 'request_id',
  endpoint: 'endpoint',
  model: 'model',
  tokens: 'tokens',
  duration: 'duration',
  success: 'success',
  error: 'error',
  cacheHit: 'cache_hit',
  costUsd: 'cost_usd',
}

/** Appends calls to models; see `appendRows` for what it answers and throws. */
export function appendAiMetrics(projectId: ProjectId, rows: readonly AiCallRow[]): Promise<AppendOutcome> {
  return appendRows('append_ai_metrics', AI_CALL_COLUMNS, projectId, rows)
}
