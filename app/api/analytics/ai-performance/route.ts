import { toAiCallRow } from '@/lib/collect/ai-call-row'
import { metricBatch } from '@/lib/contracts/collect-metrics'
import { reportQuery } from '@/lib/contracts/report-query'
import { appendAiMetrics } from '@/lib/database/ai-metrics'
import { answerPreflight } from '@/lib/http/cross-origin'
import { defineRoute } from '@/lib/http/define-route'
import { readAiPerformanceReport } from '@/lib/insights/ai-performance-report'
import { nowMs } from '@/lib/platform/clock'
import { ingest, ingestion } from '../ingestion'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

export const runtime = 'edge'

const append = ingest('ai', toAiCallRow, appendAiMetrics)

/** Stores calls to models; answers 202 after their commit. */
export const POST = defineRoute('/api/analytics/ai-performance', { ...ingestion, body: metricBatch }, (call) =>
  append(call, call.body.metrics),
)

/** Calls to models: totals, latency, series, models and endpoints. */
export const GET = defineRoute(
  '/api/analytics/ai-performance',
  { permission: 'reports.read', query: reportQuery, limit: reportLimit },
  (call) => readAiPerformanceReport(projectOf(call), call.query, nowMs()),
)

/** Lets scripts of other origins ask whether they may send. */
export const OPTIONS = defineRoute('/api/analytics/ai-performance', { permission: 'public' }, ({ request }) =>
  answerPreflight(request),
)
