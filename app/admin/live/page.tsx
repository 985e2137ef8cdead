import type { Metadata } from 'next'
import { connection } from 'next/server'
import { LivePage } from '@/components/live/live-page'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Live' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** What happens on one project right now. */
export default async function LiveRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return <LivePage key={project.slug} project={project.slug} timezone={project.timezone} />
}
