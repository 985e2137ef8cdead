import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { connection } from 'next/server'
import { TimelinePage } from '@/components/people/timeline-page'
import { isGranted } from '@/lib/auth/permissions'
import { personId as personIdContract } from '@/lib/contracts/person-id'
import { readProjectOfMember } from '../../session'

export const metadata: Metadata = { title: 'Person' }

type PageProps = {
  params: Promise<{ personId: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** One person and all that they did. For admins; to everybody else this page does not exist. */
export default async function PersonRoute({ params, searchParams }: PageProps) {
  await connection()
  const [{ personId }, { project: slug }] = await Promise.all([params, searchParams])
  const { project, role } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  if (!isGranted('people.read', role) || !personIdContract.safeParse(personId).success) notFound()
  return <TimelinePage key={personId} project={project.slug} timezone={project.timezone} personId={personId} />
}
