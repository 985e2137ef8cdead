import type { Metadata } from 'next'
import { connection } from 'next/server'
import { SegmentsPage } from '@/components/segments/segments-page'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Segments' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The saved groups of people of one project. */
export default async function SegmentsRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project, role } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return (
    <SegmentsPage
      key={project.slug}
      project={project.slug}
      timezone={project.timezone}
      canManage={isGranted('segments.manage', role)}
      canReadPeople={isGranted('people.read', role)}
    />
  )
}
