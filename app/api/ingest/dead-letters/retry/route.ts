import { projectOf } from '@/app/api/analytics/project-of'
import { deadLetterRetryRequest } from '@/lib/contracts/dead-letters'
import { retryDeadLetters } from '@/lib/database/dead-letters'
import { defineRoute } from '@/lib/http/define-route'

/** Tries to store parked rows again. */
export const POST = defineRoute(
  '/api/ingest/dead-letters/retry',
  { permission: 'dead_letters.manage', body: deadLetterRetryRequest },
  (call) => retryDeadLetters(projectOf(call).id, 'ids' in call.body ? call.body.ids : null),
)
