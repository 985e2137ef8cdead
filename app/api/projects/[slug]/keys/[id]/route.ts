import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { AppError } from '@/lib/core/errors'
import { deleteProjectKey } from '@/lib/database/project-keys'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** Revokes a key for good; the collector follows within ten seconds. 404 for one that is revoked already. */
export const DELETE = defineRoute(
  '/api/projects/[slug]/keys/[id]',
  { permission: 'keys.manage', params: z.object({ id: z.guid() }) },
  async (call) => {
    const isRevoked = await deleteProjectKey(projectOf(call).id, call.params.id)
    if (!isRevoked) throw new AppError('not_found', 'The project has no such key in use.')
    return new Answer(null, { status: 204 })
  },
)
