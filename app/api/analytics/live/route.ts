import { liveQuery } from '@/lib/contracts/live'
import { defineRoute } from '@/lib/http/define-route'
import { readLive } from '@/lib/insights/live'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** What happens now; asked again every two seconds. */
export const GET = defineRoute(
  '/api/analytics/live',
  { permission: 'reports.read', query: liveQuery, limit: reportLimit },
  (call) => readLive(projectOf(call), call.query, nowMs()),
)
