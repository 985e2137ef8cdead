import { projectOf } from '@/app/api/analytics/project-of'
import { shareRequest } from '@/lib/contracts/share'
import { createShare, readShares } from '@/lib/database/shares'
import { Answer } from '@/lib/http/answer'
import { defineRoute } from '@/lib/http/define-route'

/** The project's read-only links, the revoked and expired too, newest first. */
export const GET = defineRoute('/api/shares', { permission: 'shares.read' }, (call) => readShares(projectOf(call).id))

/** Makes a link to one page, with an expiry in the next 90 days; this answer alone shows its token. */
export const POST = defineRoute('/api/shares', { permission: 'shares.manage', body: shareRequest }, async (call) => {
  const { principal, body } = call
  if (principal.kind !== 'member') throw new Error('shares.manage is granted to members only')
  const share = await createShare(projectOf(call).id, { ...body, createdBy: principal.member.email })
  return new Answer(share, { status: 201 })
})
