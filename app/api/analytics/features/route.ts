import { featuresQuery } from '@/lib/contracts/features'
import { defineRoute } from '@/lib/http/define-route'
import { readFeaturesReport } from '@/lib/insights/features'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../project-of'
import { reportLimit } from '../report-limit'

/** Adoption and usage of features. */
export const GET = defineRoute(
  '/api/analytics/features',
  { permission: 'reports.read', query: featuresQuery, limit: reportLimit },
  (call) => readFeaturesReport(projectOf(call), call.query, nowMs()),
)
