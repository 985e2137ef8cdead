import { readSessionAnswer } from '@/lib/auth/session'
import { defineRoute } from '@/lib/http/define-route'

/** Who is signed in, and in which projects with which role. */
export const GET = defineRoute('/api/auth/session', { permission: 'session.read' }, ({ principal }) => {
  if (principal.kind !== 'member') throw new Error('session.read is granted to members only')
  return readSessionAnswer(principal.member)
})
