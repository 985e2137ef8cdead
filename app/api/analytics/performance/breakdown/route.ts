import { breakdownQuery } from '@/lib/contracts/performance-breakdown'
import { defineRoute } from '@/lib/http/define-route'
import { readPerformanceBreakdown } from '@/lib/insights/performance-breakdown'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** Where web vitals differ: by page, device, connection, country, browser, navigation type or release. */
export const GET = defineRoute(
  '/api/analytics/performance/breakdown',
  { permission: 'reports.read', query: breakdownQuery, limit: reportLimit },
  (call) => readPerformanceBreakdown(projectOf(call), call.query, nowMs()),
)
