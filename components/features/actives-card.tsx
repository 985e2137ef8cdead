'use client'

import { ACTIVITY_INTERVALS, type ActivesReport, type ActivityInterval } from '@/lib/contracts/actives'
import { ReportCard } from '../cards/report-card'
import type { ChartSeries } from '../charts/chart-series'
import { TimeSeriesChart } from '../charts/time-series-chart'
import { useActives } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { formatCount, formatExactCount } from '../format/format-number'
import { SegmentedControl } from '../ui/segmented-control'
import { ACTIVES_HOW, toLeftOut } from './how-texts'
import { NoActivity } from './no-activity'
import { toBuckets } from './to-buckets'

const OPTIONS = ACTIVITY_INTERVALS.map((value) => ({
  value,
  label: { day: 'Days', week: 'Weeks', month: 'Months' }[value],
}))

type ActivesCardProps = { interval: ActivityInterval; onIntervalChange: (interval: ActivityInterval) => void }

/** Distinct people per day, week or month; of days also of the 7 and 30 days up to each. */
export function ActivesCard({ interval, onIntervalChange }: ActivesCardProps) {
  const { query, timezone, bots, canChange } = useReportFilters()
  const resource = useActives(query, interval)
  return (
    <ReportCard
      title="Active people"
      how={(report) => ({
        ...ACTIVES_HOW,
        ...(report && { sample: `${formatExactCount(report.people)} people in all` }),
        leftOut: toLeftOut(bots),
      })}
      action={
        canChange && (
          <SegmentedControl label="Interval" value={interval} options={OPTIONS} onChange={onIntervalChange} />
        )
      }
      resource={resource}
      isEmpty={({ people }) => people === 0}
      empty={{ title: 'Nobody was active in this period', content: <NoActivity /> }}
    >
      {({ series }) => (
        <TimeSeriesChart
          title="Active people"
          unit={`per ${interval}`}
          buckets={toBuckets(series, timezone)}
          series={toSeries(series)}
          formatValue={formatCount}
          isCount
        />
      )}
    </ReportCard>
  )
}

function toSeries(series: ActivesReport['series']): ChartSeries[] {
  const people: ChartSeries = {
    key: 'people',
    label: 'Active',
    form: 'bars',
    color: 1,
    values: series.map((point) => point.people),
  }
  if (series[0]?.last7 == null) return [people]
  return [
    people,
    { key: 'last7', label: 'Last 7 days', form: 'dashed', color: 2, values: series.map(({ last7 }) => last7) },
    { key: 'last30', label: 'Last 30 days', form: 'line', color: 3, values: series.map(({ last30 }) => last30) },
  ]
}
