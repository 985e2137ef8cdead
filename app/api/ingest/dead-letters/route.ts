import { projectOf } from '@/app/api/analytics/project-of'
import { deadLetterQuery } from '@/lib/contracts/dead-letters'
import { readDeadLetters } from '@/lib/database/dead-letters'
import { defineRoute } from '@/lib/http/define-route'

/** Rows that the store refused, the latest first. */
export const GET = defineRoute(
  '/api/ingest/dead-letters',
  { permission: 'dead_letters.read', query: deadLetterQuery },
  (call) => readDeadLetters(projectOf(call).id, call.query),
)
