'use client'

import { memo, useState } from 'react'
import { type DatabasePerformanceReport, SLOW_QUERY_MS } from '@/lib/contracts/database-performance-report'
import type { How } from '../cards/how-computed'
import { toTickText } from '../charts/axis-ticks'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { DatedReport, ReportState } from '../data/use-report'
import { toChange, toPointChange } from '../format/change'
import { formatCount, formatDuration, formatExactCount, formatRatio, NO_VALUE } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'
import { CallsSkeleton } from './calls-skeleton'
import { Figure } from './figure'
import { LatencyFigures } from './latency-figures'
import { EmptyStateSnippet } from './panel-states'
import { type PanelScope, ReportPanel } from './report-panel'
import { DATABASE_SNIPPET } from './snippets'
import { toChartBuckets } from './to-chart-buckets'

type DatabasePanelProps = {
  scope: PanelScope
  state: ReportState<DatabasePerformanceReport>
  how: How
  /** Which filters of the page do not apply; null when all do. */
  note: string | null
}

/** Database queries: how many, how slow, and which are the slowest. */
export function DatabasePanel({ scope, state, how, note }: DatabasePanelProps) {
  return (
    <ReportPanel
      id="database"
      title="Database"
      description={`Queries your product measured. Slow is more than ${toTickText(formatDuration(SLOW_QUERY_MS))}.${note ? ` ${note}` : ''}`}
      how={how}
      state={state}
      isEmpty={({ totals }) => totals.queries === 0}
      empty={{
        title: 'No database query was reported in this period',
        content: (
          <EmptyStateSnippet
            summary="Report a query from your server"
            label="On your server, with a secret key; the query’s text without its values"
            code={DATABASE_SNIPPET}
          />
        ),
      }}
      skeleton={<CallsSkeleton />}
    >
      {(dated) => <DatabaseFigures dated={dated} timezone={scope.timezone} />}
    </ReportPanel>
  )
}

// Drawn anew for new figures alone: charts are dear, and the page changes around them with every refresh.
type DatabaseFiguresProps = { dated: DatedReport<DatabasePerformanceReport>; timezone: string }
const DatabaseFigures = memo(function DatabaseFigures({ dated, timezone }: DatabaseFiguresProps) {
  const { totals, previous, latency, series, slowest } = dated.report
  const buckets = toChartBuckets({ series, ...dated, timezone })
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3">
        <Figure
          isLarge
          label="Queries"
          content={{
            value: formatCount(totals.queries),
            exact: formatExactCount(totals.queries),
            change: toChange(totals.queries, previous.queries, 'neither'),
            previous: formatCount(previous.queries),
          }}
        />
        <Figure
          isLarge
          label="Slow"
          content={{
            value: formatRatio(totals.slowRatio),
            exact: `${formatExactCount(totals.slow)} queries`,
            change: toPointChange(totals.slowRatio, previous.slowRatio, 'lower'),
            previous: formatRatio(previous.slowRatio),
          }}
        />
        <Figure
          isLarge
          label="From cache"
          content={{
            value: formatRatio(totals.cachedRatio),
            change: toPointChange(totals.cachedRatio, previous.cachedRatio, 'higher'),
            previous: formatRatio(previous.cachedRatio),
          }}
        />
        <LatencyFigures latency={latency} absence="Every answer came from the cache" />
      </dl>
      <div className="grid gap-8 lg:grid-cols-2">
        <TimeSeriesChart
          title="Queries and slow queries"
          unit={`per ${buckets.bucket}`}
          buckets={buckets}
          series={[
            { key: 'queries', label: 'Queries', form: 'bars', color: 1, values: series.map((row) => row.queries) },
            { key: 'slow', label: 'Slow', form: 'dashed', color: 3, values: series.map((row) => row.slow) },
          ]}
          formatValue={formatCount}
          isCount
        />
        <TimeSeriesChart
          title="Latency, 95th percentile"
          unit={`time per ${buckets.bucket}`}
          buckets={buckets}
          series={[{ key: 'p95', label: 'p95', form: 'line', color: 2, values: series.map(({ p95 }) => p95) }]}
          formatValue={formatDuration}
        />
      </div>
      <SlowestTable rows={slowest} />
    </>
  )
})

/** Rows shown before "Show all". */
const ROWS_SHOWN = 8

function SlowestTable({ rows }: { rows: DatabasePerformanceReport['slowest'] }) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? rows : rows.slice(0, ROWS_SHOWN)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">Slowest queries</h3>
      <Table caption="Slowest queries">
        <thead>
          <tr>
            <HeaderCell>Query</HeaderCell>
            {['Count', 'p50', 'p95', 'Longest', 'Rows'].map((name) => (
              <HeaderCell key={name} isFigure>
                {name}
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.query}>
              <Cell className="w-full min-w-64 max-w-0 truncate font-mono text-xs" title={row.query}>
                {row.query}
              </Cell>
              <Cell isFigure title={formatExactCount(row.count)}>
                {formatCount(row.count)}
              </Cell>
              <Cell isFigure>{formatDuration(row.p50)}</Cell>
              <Cell isFigure className="font-medium">
                {formatDuration(row.p95)}
              </Cell>
              <Cell isFigure>{formatDuration(row.max)}</Cell>
              <Cell isFigure title={row.rows === null ? 'No call reported its number of rows' : undefined}>
                {row.rows === null ? NO_VALUE : formatCount(row.rows)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {rows.length > ROWS_SHOWN && (
        <Button variant="quiet" size="small" className="-ml-2 self-start" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `Show ${ROWS_SHOWN}` : `Show all ${rows.length}`}
        </Button>
      )}
    </div>
  )
}
