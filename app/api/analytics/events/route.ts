import { toEventRow } from '@/lib/collect/event-row'
import { eventBatch } from '@/lib/contracts/collect-events'
import { reportQuery } from '@/lib/contracts/report-query'
import { appendEvents } from '@/lib/database/events'
import { answerPreflight } from '@/lib/http/cross-origin'
import { defineRoute } from '@/lib/http/define-route'
import { readEventsReport } from '@/lib/insights/events-report'
import { nowMs } from '@/lib/platform/clock'
import { ingest, ingestion } from '../ingestion'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

export const runtime = 'edge'

const append = ingest('events', toEventRow, appendEvents)

/** Stores events, conversions and identifications; answers 202 after their commit. */
export const POST = defineRoute('/api/analytics/events', { ...ingestion, body: eventBatch }, (call) =>
  append(call, call.body.events),
)

/** Totals, series, most frequent events and pages, named funnels. */
export const GET = defineRoute(
  '/api/analytics/events',
  { permission: 'reports.read', query: reportQuery, limit: reportLimit },
  (call) => readEventsReport(projectOf(call), call.query, nowMs()),
)

/** Lets scripts of other origins ask whether they may send. */
export const OPTIONS = defineRoute('/api/analytics/events', { permission: 'public' }, ({ request }) =>
  answerPreflight(request),
)
