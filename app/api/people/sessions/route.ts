import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { sessionListQuery } from '@/lib/contracts/sessions'
import { defineRoute } from '@/lib/http/define-route'
import { readSessionList } from '@/lib/insights/sessions'
import { nowMs } from '@/lib/platform/clock'

/** Sessions one by one, the latest first. */
export const GET = defineRoute(
  '/api/people/sessions',
  { permission: 'people.read', query: sessionListQuery, limit: reportLimit },
  (call) => readSessionList(projectOf(call), call.query, nowMs()),
)
