import { projectOf } from '@/app/api/analytics/project-of'
import type { Principal } from '@/lib/auth/principal'
import { personReference } from '@/lib/contracts/people'
import { defineRoute } from '@/lib/http/define-route'
import { erasePerson } from '@/lib/people/erase-person'
import { emptySpill } from '../empty-spill'
import { SCAN_DEADLINE_MS } from '../scan-deadline'

/** Erases a person for good. Interrupted, the same request again goes on with it. */
export const POST = defineRoute(
  '/api/people/erase',
  { permission: 'people.erase', body: personReference, deadlineMs: SCAN_DEADLINE_MS },
  async (call) => ({
    receipt: await erasePerson(projectOf(call), call.body, {
      requestedBy: toRequester(call.principal),
      emptySpill,
      signal: call.signal,
    }),
  }),
)

function toRequester(principal: Principal): string {
  return principal.kind === 'member' ? `member ${principal.member.id}` : 'key'
}
