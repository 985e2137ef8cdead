import { projectOf } from '@/app/api/analytics/project-of'
import { reportLimit } from '@/app/api/analytics/report-limit'
import { readTraitSuggestions } from '@/lib/database/segments'
import { defineRoute } from '@/lib/http/define-route'

/** Which traits profiles have, to choose from when a segment is written. */
export const GET = defineRoute('/api/segments/traits', { permission: 'segments.manage', limit: reportLimit }, (call) =>
  readTraitSuggestions(projectOf(call).id),
)
