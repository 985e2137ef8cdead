import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { authorize, readPrincipal } from '@/lib/auth/principal'
import type { Role, SessionAnswer } from '@/lib/contracts/session'
import { type Project, readProjectBySlug } from '@/lib/database/projects'

/**
 * Who is signed in, once per request. The proxy has already sent strangers to sign in before any byte of the page; this is the
 * check that the page itself rests on.
 */
export const readSession = cache(async (): Promise<SessionAnswer> => {
  const { member, memberships } = await readMember()
  return { member, projects: memberships.map(({ slug, name, role }) => ({ slug, name, role })) }
})

/** The project a page shows and the person's role in it. A project that is not theirs to see does not exist. */
export async function readProjectOfMember(slug: string): Promise<{ project: Project; role: Role }> {
  const principal = await readMember()
  const authorization = await authorize(principal, 'reports.read', slug)
  const membership = principal.memberships.find((each) => each.slug === slug)
  if (!authorization.ok || !authorization.project || !membership) notFound()
  return { project: authorization.project, role: membership.role }
}

/**
 * The same with the project as it is now: others may know it as it was some seconds ago, and who comes back to what they
 * have just saved must find it.
 */
export async function readCurrentProjectOfMember(slug: string): Promise<{ project: Project; role: Role }> {
  const { role } = await readProjectOfMember(slug)
  const project = await readProjectBySlug(slug)
  if (!project) notFound()
  return { project, role }
}

const readMember = cache(async () => {
  const principal = await readPrincipal(new Headers(await headers()))
  if (principal.kind !== 'member') redirect('/sign-in?next=/admin')
  return principal
})
