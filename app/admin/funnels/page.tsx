import type { Metadata } from 'next'
import { connection } from 'next/server'
import { FunnelsPage } from '@/components/funnels/funnels-page'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Funnels' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Where people of one project get lost between the steps of a funnel. */
export default async function FunnelsRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project, role } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return (
    <FunnelsPage
      key={project.slug}
      project={project.slug}
      timezone={project.timezone}
      canManage={isGranted('funnels.manage', role)}
      canReadPeople={isGranted('people.read', role)}
    />
  )
}
