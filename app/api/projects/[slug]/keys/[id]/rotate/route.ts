import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { AppError } from '@/lib/core/errors'
import { rotateProjectKey } from '@/lib/database/project-keys'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** Replaces a key by a new one of the same kind, label and lifetime from now; this answer alone shows it whole. 404 for an expired one. */
export const POST = defineRoute(
  '/api/projects/[slug]/keys/[id]/rotate',
  { permission: 'keys.manage', params: z.object({ id: z.guid() }) },
  async (call) => {
    const key = await rotateProjectKey(projectOf(call).id, call.params.id)
    if (!key) throw new AppError('not_found', 'The project has no such key in use.')
    return new Answer(key, { status: 201 })
  },
)
