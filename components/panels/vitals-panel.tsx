'use client'

import Link from 'next/link'
import { Tabs } from 'radix-ui'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import { VITAL_THRESHOLDS, VITALS, type Vital } from '@/lib/core/vitals'
import { toTickText } from '../charts/axis-ticks'
import { TimeSeriesChart } from '../charts/time-series-chart'
import type { DatedReport, ReportState } from '../data/use-report'
import { formatCount, formatRatio, formatVital } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { Skeleton, TableSkeleton } from '../ui/skeleton'
import { Figure } from './figure'
import { RatingSign } from './rating-mark'
import { type PanelScope, ReportPanel } from './report-panel'
import { toChartBuckets } from './to-chart-buckets'
import { VitalCard } from './vital-card'
import { VITAL_ABSENCE, VITAL_NAMES } from './vital-names'
import { VitalRoutesTable } from './vital-routes-table'

type VitalsPanelProps = {
  scope: PanelScope
  state: ReportState<PerformanceReport>
  vital: Vital
  onVitalChange: (vital: Vital) => void
}

/** How fast pages felt to real people: the five vitals, the chosen one over time, and all of them per route. */
export function VitalsPanel({ scope, state, vital, onVitalChange }: VitalsPanelProps) {
  return (
    <ReportPanel
      id="speed"
      title="Web vitals"
      description="Measured in visitors’ browsers, one sample per page load, judged at the 75th percentile."
      state={state}
      isEmpty={({ metrics, routes }) => routes.length === 0 && VITALS.every((name) => metrics[name].count === 0)}
      empty={{ title: 'No page load was measured in this period', content: <NoVitals /> }}
      skeleton={
        <>
          <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-5">
            {VITALS.map((name) => (
              <Skeleton key={name} className="h-43" />
            ))}
          </div>
          <Skeleton className="h-76" />
          <TableSkeleton rows={6} />
        </>
      }
    >
      {(dated) => (
        <>
          <Tabs.Root
            value={vital}
            onValueChange={(next) => onVitalChange(next as Vital)}
            className="flex flex-col gap-5"
          >
            <Tabs.List aria-label="Web vital" className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-5">
              {VITALS.map((name) => (
                <Tabs.Trigger
                  key={name}
                  value={name}
                  className="min-w-0 rounded-control border border-line px-3.5 py-3 text-left transition-colors hover:border-line-strong data-[state=active]:border-accent data-[state=active]:shadow-[inset_0_0_0_1px_var(--color-accent)]"
                >
                  <VitalCard
                    vital={name}
                    summary={dated.report.metrics[name]}
                    previousP75={dated.report.previous[name].p75}
                  />
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            {VITALS.map((name) => (
              <Tabs.Content key={name} value={name}>
                <VitalDetails vital={name} dated={dated} timezone={scope.timezone} />
              </Tabs.Content>
            ))}
          </Tabs.Root>
          <VitalRoutesTable routes={dated.report.routes} onSelect={scope.onRouteChange} />
          <NavigationNote report={dated.report} />
        </>
      )}
    </ReportPanel>
  )
}

type VitalDetailsProps = { vital: Vital; dated: DatedReport<PerformanceReport>; timezone: string }

function VitalDetails({ vital, dated, timezone }: VitalDetailsProps) {
  const summary = dated.report.metrics[vital]
  const buckets = toChartBuckets({ series: summary.series, ...dated, timezone })
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  const { short, full, tells } = VITAL_NAMES[vital]
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[1fr_15rem]">
      <TimeSeriesChart
        title={`${full}, 75th percentile`}
        unit={`${vital === 'cls' ? 'score' : 'time'} per ${buckets.bucket}`}
        buckets={buckets}
        series={[{ key: 'p75', label: short, form: 'line', color: 1, values: summary.series.map(({ p75 }) => p75) }]}
        formatValue={(value) => formatVital(vital, value)}
        thresholds={[
          { value: good, label: 'good up to here', tone: 'good' },
          { value: needsImprovement, label: 'poor beyond', tone: 'poor' },
        ]}
      />
      <div className="flex flex-col gap-4 text-[0.8125rem]">
        <p className="text-ink-soft">
          {short} tells {tells}.
        </p>
        <dl className="grid grid-cols-3 gap-x-3 gap-y-2 sm:grid-cols-5 lg:grid-cols-3">
          {(['p50', 'p75', 'p90', 'p95', 'p99'] as const).map((name) => (
            <Figure
              key={name}
              label={name}
              content={{ value: toText(vital, summary[name]), absence: VITAL_ABSENCE[vital] }}
            />
          ))}
        </dl>
        <ul className="flex flex-col gap-1.5">
          {(['good', 'needsImprovement', 'poor'] as const).map((rating) => (
            <li key={rating} className="flex items-center justify-between gap-3">
              <span className="flex items-center gap-2 text-ink-soft">
                <RatingSign rating={rating} />
                <span aria-hidden="true">{toBounds(vital, rating)}</span>
              </span>
              <span className="figures font-medium">{formatRatio(summary[rating])}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function toText(vital: Vital, value: number | null): string | null {
  return value === null ? null : formatVital(vital, value)
}

function toBounds(vital: Vital, rating: 'good' | 'needsImprovement' | 'poor'): string {
  const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
  const bound = toTickText(formatVital(vital, rating === 'good' ? good : needsImprovement))
  return rating === 'poor' ? `over ${bound}` : `up to ${bound}`
}

function NavigationNote({ report: { navigations, custom } }: { report: PerformanceReport }) {
  return (
    <>
      {custom.length > 0 && (
        <div className="flex flex-col gap-3">
          <h3 className="font-medium text-[0.8125rem]">Your own metrics</h3>
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4 lg:grid-cols-6">
            {custom.map(({ name, count, p75 }) => (
              <Figure
                key={name}
                label={name}
                content={{
                  value: p75 === null ? null : formatNumber(p75),
                  absence: 'No value reported',
                  note: `p75 of ${formatCount(count)}`,
                }}
              />
            ))}
          </dl>
        </div>
      )}
      <p className="figures text-ink-faint text-xs">
        {formatCount(navigations.hard)} page loads in this period
        {navigations.soft > 0 &&
          `, and ${formatCount(navigations.soft)} navigations inside a page, which the figures above leave out`}
        .
      </p>
    </>
  )
}

// A custom metric's unit is its sender's business, so the number stands alone.
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })
function formatNumber(value: number): string {
  return plain.format(value)
}

/** What to do where no page was measured. */
export function NoVitals() {
  return (
    <>
      <p>
        Open the{' '}
        <Link href="/demo" className="font-medium text-accent underline underline-offset-2">
          demo
        </Link>
        , click something and leave the page: its vitals are here a moment later. In your own app one import is enough;
        the script tag needs nothing.
      </p>
      <CodeBlock
        label="In a client component of your app"
        code={`import { performanceMonitor } from '@/lib/analytics/performance'`}
      />
    </>
  )
}
