'use client'

import type { FunnelInterval } from '@/lib/contracts/funnel-trend'
import { ReportCard } from '../cards/report-card'
import { TimeSeriesChart } from '../charts/time-series-chart'
import { type AskedFunnel, useFunnelTrend } from '../data/funnels'
import { formatCount, formatRatio } from '../format/format-number'
import { SegmentedControl } from '../ui/segmented-control'

const INTERVAL_LABELS = { hour: 'Hours', day: 'Days', week: 'Weeks', month: 'Months' } as const

type FunnelTrendCardProps = {
  asked: AskedFunnel
  unit: string
  interval: FunnelInterval
  /** In which the range may be shown; one of them is no choice. */
  choices: readonly FunnelInterval[]
  onIntervalChange: (interval: FunnelInterval) => void
  timezone: string
}

/** The funnel over time: how many began it in each interval, and which share of them got to the end. */
export function FunnelTrendCard(props: FunnelTrendCardProps) {
  const { asked, unit, interval, choices, onIntervalChange, timezone } = props
  const resource = useFunnelTrend(asked, interval)
  return (
    <ReportCard
      title="Over time"
      description={`By the ${interval} in which they began`}
      how={{
        definition: `Whoever did the first step in the ${interval}, and of them those whose attempts from it reached the last step, whenever that was.`,
        window: `Local ${interval}s of ${timezone}. Where an attempt’s window is not over yet the share may still grow.`,
        leftOut: 'The same as in the funnel.',
      }}
      action={
        choices.length > 1 && (
          <SegmentedControl
            label="Interval"
            value={interval}
            options={choices.map((value) => ({ value, label: INTERVAL_LABELS[value] }))}
            onChange={onIntervalChange}
          />
        )
      }
      resource={resource}
      isEmpty={({ points }) => points.every(({ counts }) => counts[0] === 0)}
      empty={{ title: 'Nobody began in this time', content: <p>Choose a longer range.</p> }}
    >
      {({ points }) => {
        const buckets = {
          startsMs: points.map(({ start }) => Date.parse(start)),
          coverage: points.map(({ isComplete }) => (isComplete ? ('whole' as const) : ('partial' as const))),
          // Weeks and months go by their first day.
          bucket: interval === 'hour' ? ('hour' as const) : ('day' as const),
          timezone,
        }
        return (
          <div className="grid gap-8 lg:grid-cols-2">
            <TimeSeriesChart
              title="Got to the end"
              unit={`share of those who began, per ${interval}`}
              buckets={buckets}
              series={[
                {
                  key: 'ratio',
                  label: 'Got to the end',
                  form: 'line',
                  color: 1,
                  values: points.map((point) => point.conversionRatio),
                },
              ]}
              formatValue={formatRatio}
            />
            <TimeSeriesChart
              title="Began"
              unit={`${unit} per ${interval}`}
              buckets={buckets}
              series={[
                {
                  key: 'began',
                  label: 'Began',
                  form: 'bars',
                  color: 2,
                  values: points.map(({ counts }) => counts[0] ?? 0),
                },
              ]}
              formatValue={formatCount}
              isCount
            />
          </div>
        )
      }}
    </ReportCard>
  )
}
