import type { Metadata } from 'next'
import { connection } from 'next/server'
import { PathsPage } from '@/components/paths/paths-page'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Paths' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Which ways people of one project take. */
export default async function PathsRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return <PathsPage key={project.slug} project={project.slug} timezone={project.timezone} />
}
