import { connection } from 'next/server'
import { GrowthDashboard } from '@/components/growth-stack/GrowthDashboard'
import { parseDashboardUrl } from '@/components/growth-stack/parse-dashboard-url'
import { nowMs } from '@/lib/platform/clock'
import { readInitialReports } from './initial-reports'
import { readProjectOfMember } from './session'

type SearchParams = Promise<Record<string, string | string[] | undefined>>

/** The growth dashboard of one project, with its first figures read on the server. */
export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  await connection()
  const search = toSearch(await searchParams)
  const { project } = await readProjectOfMember(search.get('project') || 'default')
  const { range, route, bots } = parseDashboardUrl(search)
  const initial = await readInitialReports(
    project,
    {
      project: project.slug,
      range: range ?? '24h',
      timezone: project.timezone,
      route: route ?? undefined,
      bots: bots ? 'true' : undefined,
    },
    nowMs(),
  )
  return <GrowthDashboard key={project.slug} project={project.slug} timezone={project.timezone} initial={initial} />
}

// A name that occurs twice means its first value, as URLSearchParams.get does in the browser.
function toSearch(params: Awaited<SearchParams>): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of [value ?? []].flat()) search.append(name, each)
  }
  return search
}
