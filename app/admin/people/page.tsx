import type { Metadata } from 'next'
import { connection } from 'next/server'
import { PeoplePage } from '@/components/people/people-page'
import { Notice } from '@/components/ui/notice'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember, readSession } from '../session'

export const metadata: Metadata = { title: 'People' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Looks people up, exports and erases them. For admins; the routes refuse everybody else in any case. */
export default async function AdminPeoplePage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const [{ project, role }, { member }] = await Promise.all([
    readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default'),
    readSession(),
  ])
  return (
    <div key={project.slug} className="mx-auto flex max-w-4xl flex-col gap-5 pt-6">
      <header>
        <h1 className="font-semibold text-lg tracking-tight">People</h1>
        <p className="mt-0.5 text-ink-faint text-xs">{project.name} · what is stored of one person</p>
      </header>
      {isGranted('people.read', role) ? (
        <PeoplePage project={project.slug} timezone={project.timezone} ownId={member.id} />
      ) : (
        <Notice>Only admins of this project can look people up, export or erase them.</Notice>
      )}
    </div>
  )
}
