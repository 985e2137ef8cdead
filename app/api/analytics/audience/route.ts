import { audienceQuery } from '@/lib/contracts/audience'
import { defineRoute } from '@/lib/http/define-route'
import { readAudience } from '@/lib/insights/dimensions'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Where people were and what they used. */
export const GET = defineRoute(
  '/api/analytics/audience',
  { permission: 'reports.read', query: audienceQuery, limit: reportLimit },
  (call) => readAudience(projectOf(call), call.query, nowMs()),
)
