import { z } from 'zod'
import { projectOf } from '@/app/api/analytics/project-of'
import { memberPatch } from '@/lib/contracts/project-settings'
import { AppError } from '@/lib/core/errors'
import type { ProjectId } from '@/lib/core/ids'
import { deleteMember, type ProjectMember, readMembers, updateMember } from '@/lib/database/members'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

const params = z.object({ id: z.guid() })

/** Changes a member's role; 409 when the project would be left without an admin. */
export const PATCH = defineRoute(
  '/api/projects/[slug]/members/[id]',
  { permission: 'members.manage', params, body: memberPatch },
  async (call) => {
    const project = projectOf(call)
    const member = await readMember(project.id, call.params.id)
    await updateMember(project.id, { ...member, role: call.body.role })
    return { ...member, role: call.body.role }
  },
)

/** Takes a member out of the project; 409 when it would be left without an admin. The account stays. */
export const DELETE = defineRoute(
  '/api/projects/[slug]/members/[id]',
  { permission: 'members.manage', params },
  async (call) => {
    const project = projectOf(call)
    const member = await readMember(project.id, call.params.id)
    await deleteMember(project.id, member.id)
    return new Answer(null, { status: 204 })
  },
)

async function readMember(projectId: ProjectId, id: string): Promise<ProjectMember> {
  const member = (await readMembers(projectId)).find((each) => each.id === id.toLowerCase())
  if (!member) throw new AppError('not_found', 'The project has no such member.')
  return member
}
