import type { Metadata } from 'next'
import { connection } from 'next/server'
import { VitalsPage } from '@/components/vitals/vitals-page'
import { readProjectOfMember } from '../session'

export const metadata: Metadata = { title: 'Vitals' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** How pages of one project felt to those who visited them. */
export default async function VitalsRoute({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const { project: slug } = await searchParams
  const { project } = await readProjectOfMember(typeof slug === 'string' && slug ? slug : 'default')
  return <VitalsPage key={project.slug} project={project.slug} timezone={project.timezone} />
}
