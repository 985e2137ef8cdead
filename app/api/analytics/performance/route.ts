import { toVitalsRow } from '@/lib/collect/vitals-row'
import { metricBatch } from '@/lib/contracts/collect-metrics'
import { performanceQuery } from '@/lib/contracts/performance-report'
import { appendVitals } from '@/lib/database/vitals'
import { answerPreflight } from '@/lib/http/cross-origin'
import { defineRoute } from '@/lib/http/define-route'
import { readPerformanceReport } from '@/lib/insights/performance-report'
import { nowMs } from '@/lib/platform/clock'
import { ingest, ingestion } from '../ingestion'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

export const runtime = 'edge'

const append = ingest('vitals', toVitalsRow, appendVitals)

/** Stores or merges the web vitals of navigations; answers 202 after their commit. */
export const POST = defineRoute('/api/analytics/performance', { ...ingestion, body: metricBatch }, (call) =>
  append(call, call.body.metrics),
)

/** Web vitals: percentiles, ratings, series and routes. */
export const GET = defineRoute(
  '/api/analytics/performance',
  { permission: 'reports.read', query: performanceQuery, limit: reportLimit },
  (call) => readPerformanceReport(projectOf(call), call.query, nowMs()),
)

/** Lets scripts of other origins ask whether they may send. */
export const OPTIONS = defineRoute('/api/analytics/performance', { permission: 'public' }, ({ request }) =>
  answerPreflight(request),
)
