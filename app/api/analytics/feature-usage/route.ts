import { featureUsageQuery } from '@/lib/contracts/features'
import { defineRoute } from '@/lib/http/define-route'
import { readFeatureUsage } from '@/lib/insights/features'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** How one feature is used. */
export const GET = defineRoute(
  '/api/analytics/feature-usage',
  { permission: 'reports.read', query: featureUsageQuery, limit: reportLimit },
  (call) => readFeatureUsage(projectOf(call), call.query, nowMs()),
)
