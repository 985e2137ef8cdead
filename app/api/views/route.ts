import { projectOf } from '@/app/api/analytics/project-of'
import { savedViewRequest } from '@/lib/contracts/saved-view'
import { createSavedView, readSavedViews } from '@/lib/database/saved-views'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** The project's saved views, by name. */
export const GET = defineRoute('/api/views', { permission: 'views.read' }, (call) => readSavedViews(projectOf(call).id))

/** Keeps a page with its filters under a name; 409 when it is taken. */
export const POST = defineRoute(
  '/api/views',
  { permission: 'views.manage', body: savedViewRequest },
  async (call) => new Answer(await createSavedView(projectOf(call).id, call.body), { status: 201 }),
)
