import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { savedViewPatch } from '@/lib/contracts/saved-view'
import { AppError } from '@/lib/core/errors'
import { deleteSavedView, updateSavedView } from '@/lib/database/saved-views'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

const params = z.object({ id: z.guid() })
const missing = () => new AppError('not_found', 'The project has no such view.')

/** Renames a view, or gives it another state. */
export const PATCH = defineRoute(
  '/api/views/[id]',
  { permission: 'views.manage', params, body: savedViewPatch },
  async (call) => {
    const view = await updateSavedView(projectOf(call).id, call.params.id, call.body)
    if (!view) throw missing()
    return view
  },
)

/** Deletes a view. */
export const DELETE = defineRoute('/api/views/[id]', { permission: 'views.manage', params }, async (call) => {
  if (!(await deleteSavedView(projectOf(call).id, call.params.id))) throw missing()
  return new Answer(null, { status: 204 })
})
