import { atRiskQuery } from '@/lib/contracts/churn'
import { defineRoute } from '@/lib/http/define-route'
import { readAtRisk } from '@/lib/insights/churn'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** People who are about to leave. */
export const GET = defineRoute(
  '/api/analytics/at-risk',
  { permission: 'people.read', query: atRiskQuery, limit: reportLimit },
  (call) => readAtRisk(projectOf(call), call.query, nowMs()),
)
