import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { personSearch } from '@/lib/contracts/person-list'
import { defineRoute } from '@/lib/http/define-route'
import { findPeople } from '@/lib/insights/people'

/** Known people by a part of their id or of a trait. */
export const POST = defineRoute(
  '/api/people/search',
  { permission: 'people.read', body: personSearch, limit: reportLimit },
  (call) => findPeople(projectOf(call), call.body),
)
