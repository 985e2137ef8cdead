'use client'

import Link from 'next/link'
import type { EventsReport } from '@/lib/contracts/events-report'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { DatedReport, ReportState } from '../data/use-report'
import { formatCount } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { Skeleton, TableSkeleton } from '../ui/skeleton'
import { RankedTable } from './ranked-table'
import { type PanelScope, ReportPanel } from './report-panel'
import { toScriptTag } from './snippets'
import { toChartBuckets } from './to-chart-buckets'

type AudiencePanelProps = { scope: PanelScope; state: ReportState<EventsReport> }

/** What people did: events and people over time, the most seen pages, the most frequent events. */
export function AudiencePanel({ scope, state }: AudiencePanelProps) {
  return (
    <ReportPanel
      id="audience"
      title="Audience"
      description={`What people did, marked bots ${scope.includesBots ? 'included' : 'left out'}. A person counts once, however many devices were linked to them.`}
      state={state}
      range={scope.range}
      isEmpty={({ totals }) => totals.events === 0}
      empty={{ title: 'No event has arrived in this period', content: <NoEvents /> }}
      skeleton={
        <>
          <Skeleton className="h-64" />
          <div className="grid gap-8 lg:grid-cols-2">
            <TableSkeleton rows={9} />
            <TableSkeleton rows={9} />
          </div>
        </>
      }
    >
      {(dated) => <AudienceFigures scope={scope} dated={dated} />}
    </ReportPanel>
  )
}

function AudienceFigures({ scope, dated }: { scope: PanelScope; dated: DatedReport<EventsReport> }) {
  const { series, pages, top } = dated.report
  const buckets = toChartBuckets({ series, ...dated, timezone: scope.timezone })
  return (
    <>
      <TimeSeriesChart
        title="Events and people"
        unit={`per ${buckets.bucket}`}
        buckets={buckets}
        series={[
          { key: 'events', label: 'Events', form: 'bars', color: 1, values: series.map(({ events }) => events) },
          { key: 'people', label: 'People', form: 'line', color: 2, values: series.map(({ people }) => people) },
        ]}
        formatValue={formatCount}
        isCount
      />
      <div className="grid gap-8 lg:grid-cols-2">
        <RankedTable
          title="Top pages"
          nameLabel="Route"
          countLabel="Views"
          rows={pages.map(({ route, ...row }) => ({ name: route, ...row }))}
          onSelect={{ describe: (route) => `Show only ${route}`, select: scope.onRouteChange }}
        />
        <RankedTable
          title="Top events"
          nameLabel="Event"
          countLabel="Count"
          rows={top.map(({ event, ...row }) => ({ name: event, ...row }))}
        />
      </div>
    </>
  )
}

function NoEvents() {
  return (
    <>
      <p>
        Click through the{' '}
        <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
          demo
        </Link>{' '}
        and come back, or put this line into the head of your site. Page views are then recorded by themselves; your
        keys are on the{' '}
        <Link href="/admin/settings" className="font-medium text-accent underline underline-offset-2">
          settings page
        </Link>
        .
      </p>
      <CodeBlock label="Script tag for any website" code={toScriptTag('https://HOST', 'pk_…')} />
    </>
  )
}
