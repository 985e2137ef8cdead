import { lifecycleQuery } from '@/lib/contracts/lifecycle'
import { defineRoute } from '@/lib/http/define-route'
import { readLifecycleReport } from '@/lib/insights/activity'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Who is new, stays, comes back or is gone. */
export const GET = defineRoute(
  '/api/analytics/lifecycle',
  { permission: 'reports.read', query: lifecycleQuery, limit: reportLimit },
  (call) => readLifecycleReport(projectOf(call), call.query, nowMs()),
)
