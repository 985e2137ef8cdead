import { funnelQuery } from '@/lib/contracts/funnel'
import { defineRoute } from '@/lib/http/define-route'
import { readFunnel } from '@/lib/insights/funnel'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** People that reach each step of a funnel. */
export const POST = defineRoute(
  '/api/analytics/funnels',
  { permission: 'funnels.read', body: funnelQuery, limit: reportLimit },
  (call) => readFunnel(projectOf(call), call.body, nowMs()),
)
