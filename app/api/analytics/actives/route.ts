import { activesQuery } from '@/lib/contracts/actives'
import { defineRoute } from '@/lib/http/define-route'
import { readActivesReport } from '@/lib/insights/activity'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Distinct people per day, week or month. */
export const GET = defineRoute(
  '/api/analytics/actives',
  { permission: 'reports.read', query: activesQuery, limit: reportLimit },
  (call) => readActivesReport(projectOf(call), call.query, nowMs()),
)
