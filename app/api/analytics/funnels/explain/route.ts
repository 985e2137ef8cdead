import { funnelExplainQuery } from '@/lib/contracts/funnel-explain'
import { defineRoute } from '@/lib/http/define-route'
import { explainPersonInFunnel } from '@/lib/insights/funnel-explain'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** Why one person got no further in a funnel. */
export const POST = defineRoute(
  '/api/analytics/funnels/explain',
  { permission: 'people.read', body: funnelExplainQuery, limit: reportLimit },
  (call) => explainPersonInFunnel(projectOf(call), call.body, nowMs()),
)
