import type { Metadata } from 'next'
import { connection } from 'next/server'
import { parseReportFilters, RANGE_DEFAULT } from '@/components/filters/parse-report-filters'
import { toReportQuery } from '@/components/filters/to-report-query'
import { GrowthDashboard } from '@/components/growth-stack/GrowthDashboard'
import { nowMs } from '@/lib/platform/clock'
import { readInitialReports } from './initial-reports'
import { readProjectOfMember } from './session'

export const metadata: Metadata = { title: 'Overview' }

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The overview of one project, with its first figures read on the server. */
export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const search = toSearch(await searchParams)
  const { project } = await readProjectOfMember(search.get('project') || 'default')
  const scope = { project: project.slug, timezone: project.timezone }
  const initial = await readInitialReports(project, toReportQuery(parseReportFilters(search), scope), nowMs())
  return <GrowthDashboard key={project.slug} timeRange={RANGE_DEFAULT} {...scope} initial={initial} />
}

// A name that occurs twice means its first value, as URLSearchParams.get does in the browser.
function toSearch(params: Awaited<SearchParams>): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value ?? []].flat()) search.append(name, each)
  }
  return search
}
