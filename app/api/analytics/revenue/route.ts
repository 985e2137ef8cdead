import { revenueQuery } from '@/lib/contracts/revenue'
import { defineRoute } from '@/lib/http/define-route'
import { readRevenueReport } from '@/lib/insights/revenue'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** What events earned, by currency. */
export const GET = defineRoute(
  '/api/analytics/revenue',
  { permission: 'reports.read', query: revenueQuery, limit: reportLimit },
  (call) => readRevenueReport(projectOf(call), call.query, nowMs()),
)
