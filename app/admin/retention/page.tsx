import type { Metadata } from 'next'
import { connection } from 'next/server'
import { RetentionPage } from '@/components/retention/retention-page'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Retention' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** Who comes back to one project, cohort by cohort. */
export default async function RetentionRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return <RetentionPage key={project.slug} project={project.slug} timezone={project.timezone} />
}
