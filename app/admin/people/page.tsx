import type { Metadata } from 'next'
import { connection } from 'next/server'
import { PeopleArea } from '@/components/people/people-area'
import { Notice } from '@/components/ui/notice'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember, readSession } from '../session'

export const metadata: Metadata = { title: 'People' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Lists people and their sessions, looks them up, exports and erases them. For admins; the routes refuse everybody else in any case. */
export default async function AdminPeoplePage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const [{ project, role }, { member }] = await Promise.all([
    readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default'),
    readSession(),
  ])
  if (isGranted('people.read', role)) {
    return <PeopleArea key={project.slug} project={project.slug} timezone={project.timezone} ownId={member.id} />
  }
  return (
    <div className="flex flex-col gap-5 pt-6">
      <h1 className="font-semibold text-lg tracking-tight">People</h1>
      <Notice>Only admins of this project can look people up, export or erase them.</Notice>
    </div>
  )
}
