import { pathsQuery } from '@/lib/contracts/paths'
import { defineRoute } from '@/lib/http/define-route'
import { readPaths } from '@/lib/insights/paths'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** What people did next after an anchor, or just before it. */
export const POST = defineRoute(
  '/api/analytics/paths',
  { permission: 'reports.read', body: pathsQuery, limit: reportLimit },
  (call) => readPaths(projectOf(call), call.body, nowMs()),
)
