import { projectOf } from '@/app/api/analytics/project-of'
import { deadLetterDiscardRequest } from '@/lib/contracts/dead-letters'
import { countDeadLetters, discardDeadLetters } from '@/lib/database/dead-letters'
import { defineRoute } from '@/lib/http/define-route'

/** Throws parked rows away. */
export const POST = defineRoute(
  '/api/ingest/dead-letters/discard',
  { permission: 'dead_letters.manage', body: deadLetterDiscardRequest },
  async (call) => {
    const { id } = projectOf(call)
    const discarded = await discardDeadLetters(id, call.body.ids)
    return { discarded, left: await countDeadLetters(id) }
  },
)
