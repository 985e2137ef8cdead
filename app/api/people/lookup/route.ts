import { projectOf } from '@/app/api/analytics/project-of'
import { personReference } from '@/lib/contracts/people'
import { defineRoute } from '@/lib/http/define-route'
import { lookUpPerson } from '@/lib/people/look-up-person'
import { SCAN_DEADLINE_MS } from '../scan-deadline'

/** What is stored of a person, counted; null when nothing is. */
export const POST = defineRoute(
  '/api/people/lookup',
  { permission: 'people.read', body: personReference, deadlineMs: SCAN_DEADLINE_MS },
  (call) => lookUpPerson(projectOf(call), call.body, call.signal),
)
