import { toDatabaseQueryRow } from '@/lib/collect/database-query-row'
import { metricBatch } from '@/lib/contracts/collect-metrics'
import { reportQuery } from '@/lib/contracts/report-query'
import { appendDatabaseMetrics } from '@/lib/database/database-metrics'
import { answerPreflight } from '@/lib/http/cross-origin'
import { defineRoute } from '@/lib/http/define-route'
import { readDatabasePerformanceReport } from '@/lib/insights/database-performance-report'
import { nowMs } from '@/lib/platform/clock'
import { ingest, ingestion } from '../ingestion'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

export const runtime = 'edge'

const append = ingest('database', toDatabaseQueryRow, appendDatabaseMetrics)

/** Stores database queries; answers 202 after their commit. */
export const POST = defineRoute('/api/analytics/database-performance', { ...ingestion, body: metricBatch }, (call) =>
  append(call, call.body.metrics),
)

/** Database queries: totals, latency, series and the slowest. */
export const GET = defineRoute(
  '/api/analytics/database-performance',
  { permission: 'reports.read', query: reportQuery, limit: reportLimit },
  (call) => readDatabasePerformanceReport(projectOf(call), call.query, nowMs()),
)

/** Lets scripts of other origins ask whether they may send. */
export const OPTIONS = defineRoute('/api/analytics/database-performance', { permission: 'public' }, ({ request }) =>
  answerPreflight(request),
)
