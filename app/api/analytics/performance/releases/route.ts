import { releasesQuery } from '@/lib/contracts/performance-releases'
import { defineRoute } from '@/lib/http/define-route'
import { readPerformanceReleases } from '@/lib/insights/performance-releases'
import { nowMs } from '@/lib/platform/clock'
import { projectOf } from '../../project-of'
import { reportLimit } from '../../report-limit'

/** Two releases side by side: how each web vital changed, and whether that can be told from chance. */
export const GET = defineRoute(
  '/api/analytics/performance/releases',
  { permission: 'reports.read', query: releasesQuery, limit: reportLimit },
  (call) => readPerformanceReleases(projectOf(call), call.query, nowMs()),
)
