import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { ingestHealthQuery } from '@/lib/contracts/ingest-health'
import { defineRoute } from '@/lib/http/define-route'
import { readIngestHealth } from '@/lib/insights/ingest-health'
import { nowMs } from '@/lib/platform/clock'
import { readSpillDepth } from '@/lib/spill/spill-depth'

/** What became of what was sent in the last minutes, and what waits now. */
export const GET = defineRoute(
  '/api/ingest/health',
  { permission: 'ingest.read', query: ingestHealthQuery, limit: reportLimit },
  (call) => readIngestHealth(projectOf(call), call.query, { nowMs: nowMs(), readSpillDepth }),
)
