'use client'

import Link from 'next/link'
import { memo, type ReactNode } from 'react'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { How } from '../cards/how-computed'
import type { ChartSeries } from '../charts/chart-series'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { DatedReport, ReportState } from '../data/use-report'
import { formatCount } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { SegmentedControl } from '../ui/segmented-control'
import { Skeleton } from '../ui/skeleton'
import { StaleNotice } from './panel-states'
import { type PanelScope, ReportPanel } from './report-panel'
import { toScriptTag } from './snippets'
import { toChartBuckets } from './to-chart-buckets'

/** What the chart can draw. */
export const AUDIENCE_METRICS = ['people', 'events'] as const
export type AudienceMetric = (typeof AUDIENCE_METRICS)[number]
const METRIC_NAMES: Readonly<Record<AudienceMetric, string>> = { people: 'People', events: 'Events' }
const METRIC_OPTIONS = AUDIENCE_METRICS.map((value) => ({ value, label: METRIC_NAMES[value] }))

type AudiencePanelProps = {
  scope: PanelScope
  state: ReportState<EventsReport>
  metric: AudienceMetric
  onMetricChange: (metric: AudienceMetric) => void
  /** The period before, to be drawn behind, its buckets counted from the first; null when nobody compares. */
  before: ReportState<EventsReport> | null
  how: How
  lead?: ReactNode
}

/** What people did over time: people or events, and the period before behind them when it is asked for. */
export function AudiencePanel({ scope, state, metric, onMetricChange, before, how, lead }: AudiencePanelProps) {
  return (
    <ReportPanel
      id="over-time"
      title="Audience"
      lead={lead}
      how={how}
      action={
        <SegmentedControl
          label="What the chart shows"
          value={metric}
          options={METRIC_OPTIONS}
          onChange={onMetricChange}
        />
      }
      state={state}
      isEmpty={({ totals }) => totals.events === 0}
      empty={{ title: 'No event has arrived in this period', content: <NoEvents /> }}
      skeleton={<Skeleton className="h-64" />}
    >
      {(dated) => (
        <>
          <AudienceChart timezone={scope.timezone} before={before?.data?.report.series} {...{ dated, metric }} />
          {before?.error && (
            <StaleNotice error={before.error} onRetry={before.refresh} what="The period before is not shown" />
          )}
        </>
      )}
    </ReportPanel>
  )
}

type AudienceChartProps = {
  dated: DatedReport<EventsReport>
  timezone: string
  metric: AudienceMetric
  before: EventsReport['series'] | undefined
}

// Drawn anew for new figures alone: charts are dear, and the page changes around them with every refresh.
const AudienceChart = memo(function AudienceChart({ dated, timezone, metric, before }: AudienceChartProps) {
  const { series } = dated.report
  const buckets = toChartBuckets({ series, ...dated, timezone })
  const name = METRIC_NAMES[metric]
  const shown: ChartSeries[] = [
    { key: metric, label: name, form: 'bars', color: 1, values: series.map((row) => row[metric]) },
  ]
  if (before) {
    const values = series.map((_, index) => before[index]?.[metric] ?? null)
    shown.push({ key: 'before', label: 'Period before', form: 'dashed', color: 'quiet', values })
  }
  return (
    <TimeSeriesChart
      title={name}
      unit={`per ${buckets.bucket}`}
      buckets={buckets}
      series={shown}
      formatValue={formatCount}
      isCount
    />
  )
})

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
