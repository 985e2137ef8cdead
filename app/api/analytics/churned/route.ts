import { churnedQuery } from '@/lib/contracts/churn'
import { defineRoute } from '@/lib/http/define-route'
import { readChurned } from '@/lib/insights/churn'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** People who left. */
export const GET = defineRoute(
  '/api/analytics/churned',
  { permission: 'people.read', query: churnedQuery, limit: reportLimit },
  (call) => readChurned(projectOf(call), call.query, nowMs()),
)
