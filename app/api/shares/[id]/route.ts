import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { AppError } from '@/lib/core/errors'
import { revokeShare } from '@/lib/database/shares'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** Ends a link, from the next request on. 404 for one that was revoked already. */
export const DELETE = defineRoute(
  '/api/shares/[id]',
  { permission: 'shares.manage', params: z.object({ id: z.guid() }) },
  async (call) => {
    const isRevoked = await revokeShare(projectOf(call).id, call.params.id)
    if (!isRevoked) throw new AppError('not_found', 'The project has no such link in use.')
    return new Answer(null, { status: 204 })
  },
)
