import { projectOf } from '@/app/api/analytics/project-of'
import { projectKeyRequest } from '@/lib/contracts/project-settings'
import { createProjectKey, readProjectKeys } from '@/lib/database/project-keys'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** The project's keys, the revoked and expired too, each by its first characters. */
export const GET = defineRoute('/api/projects/[slug]/keys', { permission: 'keys.read' }, (call) =>
  readProjectKeys(projectOf(call).id),
)

/** Makes a key, with an expiry if one is given (422 unless it is to come); this answer alone shows it whole. */
export const POST = defineRoute(
  '/api/projects/[slug]/keys',
  { permission: 'keys.manage', body: projectKeyRequest },
  async (call) => new Answer(await createProjectKey(projectOf(call).id, call.body), { status: 201 }),
)
