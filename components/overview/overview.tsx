'use client'

import { useSearchParams } from 'next/navigation'
import { AudienceCard } from '../audience/audience-card'
import type { InitialReports } from '../data/initial-reports'
import { toAiQuery, toDatabaseQuery, toReportRange, toReportRequest } from '../data/report-query'
import { useEventsBefore } from '../data/use-events-before'
import { useRevenueReport } from '../data/use-revenue-report'
import { FilterBar } from '../filters/filter-bar'
import { useReportFilters } from '../filters/use-report-filters'
import { AiPanel } from '../panels/ai-panel'
import { AUDIENCE_METRICS, AudiencePanel } from '../panels/audience-panel'
import { DatabasePanel } from '../panels/database-panel'
import { FunnelsPanel } from '../panels/funnels-panel'
import { KeyFigures } from '../panels/key-figures'
import type { PanelScope } from '../panels/report-panel'
import { RevenueCard } from '../revenue/revenue-card'
import { changeUrl } from '../shell/change-url'
import { SourcesCard } from '../sources/sources-card'
import { toAiHow, toAudienceHow, toDatabaseHow, toFunnelsHow, toIgnoredNote, toTopHow, toVitalsHow } from './how-texts'
import { IngestLine } from './ingest-line'
import { TopCard } from './top-card'
import { useOverviewReports } from './use-overview-reports'
import { VitalsCard } from './vitals-card'

type OverviewProps = {
  refreshIntervalMs: number
  initial: InitialReports | undefined
  /** False until the zone is known in which days are cut: nothing is asked before. */
  isZoneKnown: boolean
}

/** The product's face: how things stand, who came from where, how fast it was, and how the machines did. */
export function Overview({ refreshIntervalMs, initial, isZoneKnown }: OverviewProps) {
  const filters = useReportFilters()
  const { project, timezone, compare, bots, filter, canChange, set } = filters
  const query = isZoneKnown ? filters.query : null
  const metricName = (useSearchParams() ?? new URLSearchParams()).get('metric')
  const metric = AUDIENCE_METRICS.find((name) => name === metricName) ?? 'people'
  const reports = useOverviewReports(query, refreshIntervalMs, initial)
  const { events, performance, ai, database } = reports
  const before = useEventsBefore(query, (compare && events.data) || null)
  const revenue = useRevenueReport(query, { refreshIntervalMs }).data?.currencies[0]
  const states = Object.values(reports)
  const answers = states.flatMap(({ data }) => (data ? [data.answeredAtMs] : []))
  const onRouteChange = (route: string | null) => set({ filter: { route } })
  const scope: PanelScope = {
    project,
    range: toReportRange(filters.query),
    timezone,
    query: filters.query,
    route: filter.route ?? null,
    onRouteChange,
    includesBots: bots,
  }
  const eventsRequest = { request: toReportRequest('events', filters.query) }
  return (
    <div className="flex flex-col gap-5">
      <FilterBar
        title="Overview"
        freshness={{
          answeredAtMs: answers.length > 0 ? Math.min(...answers) : null,
          isRefreshing: states.some(({ isRefreshing, isLoading }) => isRefreshing || isLoading),
        }}
      />
      {canChange && <IngestLine project={project} />}
      <AudiencePanel
        scope={scope}
        state={events}
        metric={metric}
        onMetricChange={(next) => changeUrl('metric', next)}
        before={compare ? before : null}
        how={{ ...toAudienceHow(filters), ...eventsRequest }}
        lead={<KeyFigures events={events} revenue={revenue} />}
      />
      <div className="grid gap-5 lg:grid-cols-2">
        <TopCard
          id="pages"
          title="Top pages"
          nameLabel="Page"
          countLabel="Views"
          state={events}
          how={{ ...toTopHow(filters, 'pages'), ...eventsRequest }}
          pick={({ pages }) => pages.map(({ route, ...row }) => ({ name: route, ...row }))}
          hint="Page views are recorded by the script tag and by GrowthProvider."
          {...(canChange && {
            onSelect: { describe: (route: string) => `Show only ${route}`, select: onRouteChange },
          })}
        />
        <TopCard
          id="events"
          title="Top events"
          nameLabel="Event"
          countLabel="Count"
          state={events}
          how={{ ...toTopHow(filters, 'events'), ...eventsRequest }}
          pick={({ top }) => top.map(({ event, ...row }) => ({ name: event, ...row }))}
          hint="Record what people do with track('name', { … })."
        />
      </div>
      <div className="grid gap-5 lg:grid-cols-2">
        <SourcesCard filters={filters} />
        <AudienceCard filters={filters} />
      </div>
      {revenue && <RevenueCard query={filters.query} />}
      <VitalsCard
        isLinked={canChange}
        state={performance}
        how={{ ...toVitalsHow(filters), request: toReportRequest('performance', filters.query) }}
      />
      <FunnelsPanel state={events} how={{ ...toFunnelsHow(filters), ...eventsRequest }} />
      <AiPanel
        scope={scope}
        state={ai}
        how={{ ...toAiHow(filters), request: toReportRequest('ai-performance', toAiQuery(filters.query)) }}
        note={toIgnoredNote(filter, ['segment'])}
      />
      <DatabasePanel
        scope={scope}
        state={database}
        how={{
          ...toDatabaseHow(filters),
          request: toReportRequest('database-performance', toDatabaseQuery(filters.query)),
        }}
        note={toIgnoredNote(filter, [])}
      />
    </div>
  )
}
