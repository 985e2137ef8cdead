import type { Metadata } from 'next'
import { connection } from 'next/server'
import { IngestPage } from '@/components/ingest/ingest-page'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Ingestion' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** What became of what was sent to one project, and what waits. */
export default async function IngestionPage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project, role } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return (
    <IngestPage
      key={project.slug}
      project={project.slug}
      timezone={project.timezone}
      isAdmin={isGranted('dead_letters.read', role)}
    />
  )
}
