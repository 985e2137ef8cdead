import { retentionQuery } from '@/lib/contracts/retention'
import { defineRoute } from '@/lib/http/define-route'
import { readRetention } from '@/lib/insights/retention'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** People that come back, by cohort. */
export const POST = defineRoute(
  '/api/analytics/retention',
  { permission: 'retention.read', body: retentionQuery, limit: reportLimit },
  (call) => readRetention(projectOf(call), call.body, nowMs()),
)
