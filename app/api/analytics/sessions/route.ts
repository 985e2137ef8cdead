import { reportQuery } from '@/lib/contracts/report-query'
import { defineRoute } from '@/lib/http/define-route'
import { readSessions } from '@/lib/insights/sessions'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Sessions that began in the range: how many, how long, where they began and ended. */
export const GET = defineRoute(
  '/api/analytics/sessions',
  { permission: 'reports.read', query: reportQuery, limit: reportLimit },
  (call) => readSessions(projectOf(call), call.query, nowMs()),
)
