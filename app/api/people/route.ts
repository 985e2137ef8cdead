import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { personListQuery } from '@/lib/contracts/person-list'
import { defineRoute } from '@/lib/http/define-route'
import { readPersonList } from '@/lib/insights/people'
import { nowMs } from '@/lib/platform/clock'

/** Who was active in the range. */
export const GET = defineRoute(
  '/api/people',
  { permission: 'people.read', query: personListQuery, limit: reportLimit },
  (call) => readPersonList(projectOf(call), call.query, nowMs()),
)
