import { causesQuery } from '@/lib/contracts/performance-causes'
import { defineRoute } from '@/lib/http/define-route'
import { readPerformanceCauses } from '@/lib/insights/performance-causes'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** What makes a web vital what it is: parts of the time, elements, interactions, scripts. */
export const GET = defineRoute(
  '/api/analytics/performance/causes',
  { permission: 'reports.read', query: causesQuery, limit: reportLimit },
  (call) => readPerformanceCauses(projectOf(call), call.query, nowMs()),
)
