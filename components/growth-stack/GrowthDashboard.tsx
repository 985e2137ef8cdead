'use client'

import { Suspense } from 'react'
import type { RangeName } from '@/lib/core/time-range'
import type { InitialReports } from '../data/initial-reports'
import { ReportScopeProvider, useReportScope } from '../filters/report-scope'
import { Overview } from '../overview/overview'
import { useBrowserTimezone } from './use-browser-timezone'

const REFRESH_INTERVAL_MS_DEFAULT = 30_000

export type GrowthDashboardProps = {
  /** The range where the address names none (`?range=7d`). Default `24h`. */
  timeRange?: RangeName
  /** Milliseconds between refreshes while the page is visible, 30,000 by default, 1,000 at least; 0 turns them off. */
  refreshInterval?: number
  /** The project's slug; `default` without it. */
  project?: string
  /** IANA zone of days and hours on the charts, such as the project's own; the viewer's without it. */
  timezone?: string
  /** What the server already read, for a first paint with figures. */
  initial?: InitialReports
}

/**
 * The growth dashboard: key figures, audience, sources, web vitals, funnels, AI and database of one project. Reads the report
 * routes of the same origin and needs a signed-in member; range, comparison, filters and whether bots count live in the address.
 */
export function GrowthDashboard(props: GrowthDashboardProps) {
  const { timeRange = '24h', refreshInterval, project = 'default', timezone, initial } = props
  const browserTimezone = useBrowserTimezone()
  // On a shared page the link says what is looked at.
  const fixedSearch = useReportScope()?.fixedSearch
  const scope = {
    project,
    timezone: timezone ?? browserTimezone,
    rangeDefault: timeRange,
    ...(fixedSearch !== undefined && { fixedSearch }),
  }
  return (
    <ReportScopeProvider scope={scope}>
      {/* useSearchParams makes a statically rendered page wait for the browser; the boundary keeps that wait inside here. */}
      <Suspense>
        <Overview
          refreshIntervalMs={refreshInterval ?? REFRESH_INTERVAL_MS_DEFAULT}
          initial={initial}
          isZoneKnown={scope.timezone !== null}
        />
      </Suspense>
    </ReportScopeProvider>
  )
}

export default GrowthDashboard
