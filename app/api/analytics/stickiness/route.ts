import { stickinessQuery } from '@/lib/contracts/stickiness'
import { defineRoute } from '@/lib/http/define-route'
import { readStickinessReport } from '@/lib/insights/activity'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** How many days of a week or month people are active. */
export const GET = defineRoute(
  '/api/analytics/stickiness',
  { permission: 'reports.read', query: stickinessQuery, limit: reportLimit },
  (call) => readStickinessReport(projectOf(call), call.query, nowMs()),
)
