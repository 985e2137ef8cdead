import { funnelPeopleQuery } from '@/lib/contracts/funnel-people'
import { defineRoute } from '@/lib/http/define-route'
import { readPeopleOfFunnel } from '@/lib/insights/funnel-people'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** People who reached a step of a funnel, dropped before it, or were excluded. */
export const POST = defineRoute(
  '/api/analytics/funnels/people',
  { permission: 'people.read', body: funnelPeopleQuery, limit: reportLimit },
  (call) => readPeopleOfFunnel(projectOf(call), call.body, nowMs()),
)
