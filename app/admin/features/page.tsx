import type { Metadata } from 'next'
import { connection } from 'next/server'
import { FeaturesPage } from '@/components/features/features-page'
import { isGranted } from '@/lib/auth/permissions'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Features' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** How active people are in one project, which features they use, and who leaves. */
export default async function FeaturesRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project, role } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return (
    <FeaturesPage
      key={project.slug}
      project={project.slug}
      timezone={project.timezone}
      canReadPeople={isGranted('people.read', role)}
    />
  )
}
