import { sourcesQuery } from '@/lib/contracts/sources'
import { defineRoute } from '@/lib/http/define-route'
import { readSources } from '@/lib/insights/dimensions'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Where people came from. */
export const GET = defineRoute(
  '/api/analytics/sources',
  { permission: 'reports.read', query: sourcesQuery, limit: reportLimit },
  (call) => readSources(projectOf(call), call.query, nowMs()),
)
