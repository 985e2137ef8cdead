import { projectOf } from '@/app/api/analytics/project-of'
import { createMember } from '@/lib/auth/create-member'
import { memberRequest } from '@/lib/contracts/project-settings'
import { readMembers } from '@/lib/database/members'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** The project's members. */
export const GET = defineRoute('/api/projects/[slug]/members', { permission: 'members.read' }, (call) =>
  readMembers(projectOf(call).id),
)

/** Adds a member. Who has no account gets one; its first password is in this answer alone. */
export const POST = defineRoute(
  '/api/projects/[slug]/members',
  { permission: 'members.manage', body: memberRequest },
  async (call) => new Answer(await createMember(projectOf(call).id, call.body), { status: 201 }),
)
