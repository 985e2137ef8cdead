'use client'

import Link from 'next/link'
import type { IngestHealth } from '@/lib/contracts/ingest-health'
import { HowComputed } from '../cards/how-computed'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { ResourceState } from '../data/use-resource'
import { formatCount, formatDuration, formatExactCount } from '../format/format-number'
import { DataPanel } from '../panels/data-panel'
import { Skeleton } from '../ui/skeleton'
import { ExplainedFigure } from './explained-figure'
import { toArrivalsHow } from './how-texts'
import { ARRIVAL_FIGURES, hasArrivals, toReasonCounts } from './ingest-figures'
import type { HealthSpan } from './parse-ingest-url'
import { ReasonTable } from './reason-table'
import { toIngestBuckets } from './to-ingest-buckets'

type ArrivalsPanelProps = {
  project: string
  state: ResourceState<IngestHealth>
  timezone: string
  span: HealthSpan
}

/** What became of what was sent: counts, their course, how long it took, and why things were refused. */
export function ArrivalsPanel({ project, state, timezone, span }: ArrivalsPanelProps) {
  const spanLabel = span.value === '60m' ? 'hour' : '24 hours'
  return (
    <DataPanel
      id="arrivals"
      title="What arrived"
      description={`The last ${spanLabel}, counted by the processes that collect and written every few seconds. One that is killed takes the last seconds of its counts along, never of its rows.`}
      how={<HowComputed title="What arrived" how={toArrivalsHow(project, span)} />}
      state={state}
      onRetry={() => void state.reload()}
      isEmpty={(health) => !hasArrivals(health)}
      empty={{ title: `Nothing was sent in the last ${spanLabel}`, content: <NothingSent /> }}
      skeleton={
        <>
          <CountFigures />
          <Skeleton className="h-64" />
          <Skeleton className="h-32" />
        </>
      }
    >
      {(health) => (
        <>
          <CountFigures totals={health.totals} />
          <CountSeries health={health} timezone={timezone} />
          <SpeedFigures health={health} />
          <Reasons totals={health.totals} />
        </>
      )}
    </DataPanel>
  )
}

function CountFigures({ totals }: { totals?: IngestHealth['totals'] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-3 lg:grid-cols-5">
      {ARRIVAL_FIGURES.map(({ label, help, count }) => (
        <ExplainedFigure
          key={label}
          label={label}
          help={help}
          value={totals && formatCount(count(totals))}
          {...(totals && { exact: formatExactCount(count(totals)) })}
        />
      ))}
    </dl>
  )
}

function CountSeries({ health, timezone }: { health: IngestHealth; timezone: string }) {
  const { buckets, counts } = toIngestBuckets(health, timezone)
  return (
    <TimeSeriesChart
      title="Accepted, duplicates and rejected"
      unit={`items per ${buckets.bucket}`}
      buckets={buckets}
      series={[
        { key: 'accepted', label: 'Accepted', form: 'bars', color: 1, values: counts.map((each) => each.accepted) },
        { key: 'duplicate', label: 'Duplicates', form: 'line', color: 2, values: counts.map((each) => each.duplicate) },
        { key: 'rejected', label: 'Rejected', form: 'dashed', color: 3, values: counts.map((each) => each.rejected) },
      ]}
      formatValue={formatCount}
      isCount
    />
  )
}

function SpeedFigures({ health: { lagMs, batchRows, instances } }: { health: IngestHealth }) {
  const noRow = 'No row was committed in this time.'
  const rows = (count: number | null) => (count === null ? null : formatCount(count))
  const lag = (durationMs: number | null) => (durationMs === null ? null : formatDuration(durationMs))
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">Lag and transactions</h3>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-3 lg:grid-cols-5">
        <ExplainedFigure
          label="Lag, median"
          value={lag(lagMs.p50)}
          absence={noRow}
          help={`From the moment something happened to its commit, over ${formatCount(lagMs.count)} rows, within 1%.`}
        />
        <ExplainedFigure
          label="Lag, 95th percentile"
          value={lag(lagMs.p95)}
          absence={noRow}
          help="Browsers collect for up to five seconds before they send."
        />
        <ExplainedFigure
          label="Lag, 99th percentile"
          value={lag(lagMs.p99)}
          absence={noRow}
          help="Rows older than a week are imports and left out."
        />
        <ExplainedFigure
          label="Rows per transaction, median"
          value={rows(batchRows.p50)}
          absence={noRow}
          help={`Requests that arrive together are committed together. 95th percentile ${formatCount(batchRows.p95)}, most ${formatCount(batchRows.max)}.`}
        />
        <ExplainedFigure
          label="Collecting processes"
          value={formatCount(instances)}
          help="Processes that counted something in this time."
        />
      </dl>
    </div>
  )
}

function Reasons({ totals }: Pick<IngestHealth, 'totals'>) {
  return (
    <div className="grid gap-8 lg:grid-cols-3">
      <ReasonTable
        title="Rejected items"
        help="One item of a batch; its neighbours were stored."
        countLabel="Items"
        kind="rejected"
        rows={toReasonCounts(totals, 'rejected')}
      />
      <ReasonTable
        title="Refused batches"
        help="Refused whole: nothing of the batch was stored."
        countLabel="Batches"
        kind="refused"
        rows={toReasonCounts(totals, 'refused')}
      />
      <ReasonTable
        title="Evidence of bots"
        help="A row counts once for each of its reasons."
        countLabel="Rows"
        kind="bot"
        rows={toReasonCounts(totals, 'bot')}
      />
    </div>
  )
}

function NothingSent() {
  return (
    <p>
      Click through the{' '}
      <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
        demo
      </Link>{' '}
      and come back, or put the script tag of a publishable key from the{' '}
      <Link href="/admin/settings" className="font-medium text-accent underline underline-offset-2">
        settings
      </Link>{' '}
      into your site. Counts appear here within seconds.
    </p>
  )
}
