'use client'

import { memo } from 'react'
import type { AiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { How } from '../cards/how-computed'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { DatedReport, ReportState } from '../data/use-report'
import { toChange, toPointChange } from '../format/change'
import {
  formatCost,
  formatCount,
  formatDuration,
  formatExactCount,
  formatRatio,
  NO_VALUE,
} from '../format/format-number'
import { Cell, HeaderCell, Table } from '../ui/table'
import { CallsSkeleton } from './calls-skeleton'
import { Figure } from './figure'
import { LatencyFigures } from './latency-figures'
import { EmptyStateSnippet } from './panel-states'
import { type PanelScope, ReportPanel } from './report-panel'
import { AI_SNIPPET } from './snippets'
import { toChartBuckets } from './to-chart-buckets'

type AiPanelProps = {
  scope: PanelScope
  state: ReportState<AiPerformanceReport>
  how: How
  /** Which filters of the page do not apply; null when all do. */
  note: string | null
}

/** Calls to models: how many, how reliable, how fast, how dear. */
export function AiPanel({ scope, state, how, note }: AiPanelProps) {
  return (
    <ReportPanel
      id="ai"
      title="AI"
      description={`Calls to models as your servers reported them.${note ? ` ${note}` : ''}`}
      how={how}
      state={state}
      isEmpty={({ totals }) => totals.requests === 0}
      empty={{
        title: 'No call to a model was reported in this period',
        content: (
          <EmptyStateSnippet
            summary="Report a call from your server"
            label="On your server, with a secret key"
            code={AI_SNIPPET}
          />
        ),
      }}
      skeleton={<CallsSkeleton />}
    >
      {(dated) => <AiFigures dated={dated} timezone={scope.timezone} />}
    </ReportPanel>
  )
}

// Drawn anew for new figures alone: charts are dear, and the page changes around them with every refresh.
type AiFiguresProps = { dated: DatedReport<AiPerformanceReport>; timezone: string }
const AiFigures = memo(function AiFigures({ dated, timezone }: AiFiguresProps) {
  const { totals, previous, latency, series, models, endpoints } = dated.report
  const buckets = toChartBuckets({ series, ...dated, timezone })
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        <Figure
          isLarge
          label="Requests"
          content={{
            value: formatCount(totals.requests),
            exact: formatExactCount(totals.requests),
            change: toChange(totals.requests, previous.requests, 'neither'),
            previous: formatCount(previous.requests),
          }}
        />
        <Figure
          isLarge
          label="Errors"
          content={{
            value: formatRatio(totals.errorRatio),
            exact: `${formatExactCount(totals.errors)} requests`,
            change: toPointChange(totals.errorRatio, previous.errorRatio, 'lower'),
            previous: formatRatio(previous.errorRatio),
          }}
        />
        <Figure
          isLarge
          label="From cache"
          content={{
            value: formatRatio(totals.cacheHitRatio),
            change: toPointChange(totals.cacheHitRatio, previous.cacheHitRatio, 'higher'),
            previous: formatRatio(previous.cacheHitRatio),
          }}
        />
        <Figure
          isLarge
          label="Cost"
          content={{
            value: totals.costUsd === null ? null : formatCost(totals.costUsd),
            absence: 'No call reported its cost',
            change: toChange(totals.costUsd, previous.costUsd, 'lower'),
            previous: formatCost(previous.costUsd),
          }}
        />
        <Figure
          label="Tokens"
          content={{ value: formatCount(totals.tokens), exact: formatExactCount(totals.tokens) }}
        />
        <LatencyFigures latency={latency} absence="Every answer came from the cache, or none reported its duration" />
      </dl>
      <div className="grid gap-8 lg:grid-cols-2">
        <TimeSeriesChart
          title="Requests and errors"
          unit={`per ${buckets.bucket}`}
          buckets={buckets}
          series={[
            { key: 'requests', label: 'Requests', form: 'bars', color: 1, values: series.map((row) => row.requests) },
            { key: 'errors', label: 'Errors', form: 'dashed', color: 3, values: series.map((row) => row.errors) },
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
      <div className="grid gap-8 xl:grid-cols-2">
        <GroupTable
          title="Models"
          nameLabel="Model"
          rows={models.map(({ model, ...row }) => ({ name: model, ...row }))}
        />
        <GroupTable
          title="Endpoints"
          nameLabel="Endpoint"
          rows={endpoints.map(({ endpoint, ...row }) => ({ name: endpoint, ...row }))}
        />
      </div>
    </>
  )
})

type GroupRow = { name: string } & Omit<AiPerformanceReport['models'][number], 'model'>

function GroupTable({ title, nameLabel, rows }: { title: string; nameLabel: string; rows: readonly GroupRow[] }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">{title}</h3>
      <Table caption={title}>
        <thead>
          <tr>
            <HeaderCell>{nameLabel}</HeaderCell>
            {['Requests', 'Errors', 'Cached', 'Tokens', 'Cost', 'p50', 'p95'].map((name) => (
              <HeaderCell key={name} isFigure>
                {name}
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <Cell className="min-w-32 max-w-56 truncate" title={row.name}>
                {row.name || NO_VALUE}
              </Cell>
              <Cell isFigure title={formatExactCount(row.requests)} className="font-medium">
                {formatCount(row.requests)}
              </Cell>
              <Cell isFigure>{formatRatio(row.errorRatio)}</Cell>
              <Cell isFigure>{formatRatio(row.cacheHitRatio)}</Cell>
              <Cell isFigure title={formatExactCount(row.tokens)}>
                {formatCount(row.tokens)}
              </Cell>
              <Cell isFigure title={row.costUsd === null ? 'No call reported its cost' : undefined}>
                {formatCost(row.costUsd)}
              </Cell>
              <Cell isFigure>{formatDuration(row.p50)}</Cell>
              <Cell isFigure>{formatDuration(row.p95)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
