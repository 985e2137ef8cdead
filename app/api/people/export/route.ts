import { projectOf } from '@/app/api/analytics/project-of'
import { personReference } from '@/lib/contracts/people'
import { defineRoute } from '@/lib/http/define-route'
import { exportPerson } from '@/lib/people/export-person'
import { nowMs } from '@/lib/platform/clock'
import { toDownload } from '../download'

/** Everything that is stored of a person, as a JSON file. */
export const POST = defineRoute('/api/people/export', { permission: 'people.read', body: personReference }, (call) =>
  toDownload('person.json', exportPerson(projectOf(call), call.body, { nowMs: nowMs() })),
)
