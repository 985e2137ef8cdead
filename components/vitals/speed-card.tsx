'use client'

import { Tabs } from 'radix-ui'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import { VITALS, type Vital } from '@/lib/core/vitals'
import type { How } from '../cards/how-computed'
import { ReportCard } from '../cards/report-card'
import { toReportRange } from '../data/report-query'
import type { ReportResource } from '../data/use-report-resource'
import type { VitalsQuery } from '../data/vitals'
import { formatExactCount } from '../format/format-number'
import { Skeleton } from '../ui/skeleton'
import { NoVitals } from './no-vitals'
import { VitalCourse } from './vital-course'
import { VitalFigure } from './vital-figure'
import type { VitalsState } from './vitals-url'

type SpeedCardProps = {
  resource: ReportResource<PerformanceReport>
  query: VitalsQuery
  state: VitalsState
  timezone: string
  onChange: (patch: Partial<VitalsState>) => void
}

/** The five vitals, and the chosen one over time. */
export function SpeedCard({ resource, query, state, timezone, onChange }: SpeedCardProps) {
  const { metric, percentile, navigations } = state
  return (
    <ReportCard
      id="speed"
      title="Web vitals"
      description={
        navigations === 'soft'
          ? 'Route changes inside a page, which Chromium measures. They are no page loads and have no first byte.'
          : 'Page loads, one sample per load and vital.'
      }
      resource={resource}
      how={(report) => toHow(report, navigations)}
      isEmpty={({ metrics }) => VITALS.every((name) => metrics[name].count === 0)}
      empty={{
        title: navigations === 'soft' ? 'No route change was measured' : 'No page load was measured in this period',
        content: <NoVitals />,
      }}
      skeleton={
        <>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(9.25rem,1fr))] gap-3 lg:grid-cols-5">
            {VITALS.map((name) => (
              <Skeleton key={name} className="h-62" />
            ))}
          </div>
          <Skeleton className="h-76" />
        </>
      }
    >
      {(report) => (
        <Tabs.Root
          value={metric}
          onValueChange={(next) => onChange({ metric: next as Vital })}
          className="flex flex-col gap-5"
        >
          <Tabs.List
            aria-label="Web vital"
            className="grid grid-cols-[repeat(auto-fill,minmax(9.25rem,1fr))] gap-3 lg:grid-cols-5"
          >
            {VITALS.map((name) => (
              <Tabs.Trigger
                key={name}
                value={name}
                className="flex min-w-0 flex-col items-stretch rounded-control border border-line px-3.5 py-3 text-left transition-colors hover:border-line-strong data-[state=active]:border-accent data-[state=active]:shadow-[inset_0_0_0_1px_var(--color-accent)]"
              >
                <VitalFigure
                  vital={name}
                  summary={report.metrics[name]}
                  previousP75={report.previous[name].p75}
                  percentile={percentile}
                />
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          {VITALS.map((name) => (
            <Tabs.Content key={name} value={name}>
              <VitalCourse
                vital={name}
                summary={report.metrics[name]}
                range={toReportRange(query)}
                answeredAtMs={resource.answeredAtMs ?? 0}
                timezone={timezone}
              />
            </Tabs.Content>
          ))}
        </Tabs.Root>
      )}
    </ReportCard>
  )
}

function toHow(report: PerformanceReport | undefined, navigations: VitalsState['navigations']): How {
  const soft = report && formatExactCount(report.navigations.soft)
  const hard = report && formatExactCount(report.navigations.hard)
  return {
    definition:
      'Percentiles by nearest rank, judged at p75; a value on a threshold belongs to the better class. The interval is that of order statistics: whatever the distribution, 95 of 100 such intervals hold the true p75. Shares are exact.' +
      (report?.precision === 'histogram' ? ' Percentiles come from histograms and are within 1 %.' : ''),
    window: 'By the start of the navigation; the change is against the same length of time before.',
    ...(report && {
      sample: `${hard} page loads and ${soft} in-page navigations in the period; ${navigations === 'soft' ? 'the latter' : 'the former'} are shown`,
    }),
    leftOut:
      'What is marked as bots, unless asked for; what a browser cannot measure (only Chromium knows CLS). Nothing unknown counts as 0.',
  }
}
