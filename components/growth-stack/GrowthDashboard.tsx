'use client'

import { Suspense } from 'react'
import type { RangeName } from '@/lib/core/time-range'
import { type InitialReports, toInitialReport } from '../data/initial-reports'
import { type ReportQuery, toServerSideQuery } from '../data/report-query'
import { useAiPerformanceReport } from '../data/use-ai-performance-report'
import { useDatabasePerformanceReport } from '../data/use-database-performance-report'
import { useEventsReport } from '../data/use-events-report'
import { usePerformanceReport } from '../data/use-performance-report'
import { AiPanel } from '../panels/ai-panel'
import { AudiencePanel } from '../panels/audience-panel'
import { DatabasePanel } from '../panels/database-panel'
import { FunnelsPanel } from '../panels/funnels-panel'
import { KeyFigures } from '../panels/key-figures'
import type { PanelScope } from '../panels/report-panel'
import { VitalsPanel } from '../panels/vitals-panel'
import { DashboardToolbar } from './dashboard-toolbar'
import type { DashboardUrl } from './parse-dashboard-url'
import { useBrowserTimezone } from './use-browser-timezone'
import { useDashboardUrl } from './use-dashboard-url'

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
 * The growth dashboard: key figures, audience, web vitals, funnels, AI and database of one project. Reads the report routes
 * of the same origin and needs a signed-in member; range, route, chosen vital and whether bots count live in the address.
 */
export function GrowthDashboard(props: GrowthDashboardProps) {
  // useSearchParams makes a statically rendered page wait for the browser; the boundary keeps that wait inside here.
  return (
    <Suspense>
      <Dashboard {...props} />
    </Suspense>
  )
}

export default GrowthDashboard

function Dashboard({
  timeRange = '24h',
  refreshInterval,
  project = 'default',
  timezone,
  initial,
}: GrowthDashboardProps) {
  const url = useDashboardUrl()
  const browserTimezone = useBrowserTimezone()
  const zone = timezone ?? browserTimezone
  const range = url.range ?? timeRange
  const query = zone === null ? null : toQuery({ project, range, timezone: zone }, url)
  const reports = useReports(query, refreshInterval ?? REFRESH_INTERVAL_MS_DEFAULT, initial)
  const { events, performance, ai, database } = reports
  const states = Object.values(reports)
  const answers = states.flatMap(({ data }) => (data ? [data.answeredAtMs] : []))
  const scope: PanelScope = {
    project,
    range,
    timezone: zone ?? 'UTC',
    route: url.route,
    onRouteChange: (route) => url.change('route', route),
    includesBots: url.bots,
  }
  return (
    <div className="flex flex-col gap-5">
      <DashboardToolbar
        scope={scope}
        onRangeChange={(next) => url.change('range', next)}
        onBotsChange={(isIncluded) => url.change('bots', isIncluded ? 'true' : null)}
        answeredAtMs={answers.length > 0 ? Math.min(...answers) : null}
        isRefreshing={states.some(({ isRefreshing, isLoading }) => isRefreshing || isLoading)}
      />
      <KeyFigures range={range} {...reports} />
      <AudiencePanel scope={scope} state={events} />
      <VitalsPanel
        scope={scope}
        state={performance}
        vital={url.vital}
        onVitalChange={(vital) => url.change('vital', vital)}
      />
      <FunnelsPanel scope={scope} state={events} />
      <AiPanel scope={scope} state={ai} />
      <DatabasePanel scope={scope} state={database} />
    </div>
  )
}

function toQuery(base: ReportQuery, { route, bots }: Pick<DashboardUrl, 'route' | 'bots'>): ReportQuery {
  return { ...base, ...(route && { route }), ...(bots && { bots: 'true' }) }
}

function useReports(query: ReportQuery | null, refreshIntervalMs: number, initial: InitialReports | undefined) {
  const serverQuery = query && toServerSideQuery(query)
  return {
    events: useEventsReport(query, { refreshIntervalMs, initial: toInitialReport(initial, 'events', query) }),
    performance: usePerformanceReport(query, {
      refreshIntervalMs,
      initial: toInitialReport(initial, 'performance', query),
    }),
    ai: useAiPerformanceReport(serverQuery, {
      refreshIntervalMs,
      initial: toInitialReport(initial, 'ai', serverQuery),
    }),
    database: useDatabasePerformanceReport(serverQuery, {
      refreshIntervalMs,
      initial: toInitialReport(initial, 'database', serverQuery),
    }),
  }
}
