import { funnelTrendQuery } from '@/lib/contracts/funnel-trend'
import { defineRoute } from '@/lib/http/define-route'
import { readTrendOfFunnel } from '@/lib/insights/funnel-trend'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** A funnel by the interval in which people began it. */
export const POST = defineRoute(
  '/api/analytics/funnels/trend',
  { permission: 'funnels.read', body: funnelTrendQuery, limit: reportLimit },
  (call) => readTrendOfFunnel(projectOf(call), call.body, nowMs()),
)
