'use client'

import type { ActivityInterval } from '@/lib/contracts/actives'
import { ReportCard } from '../cards/report-card'
import { LifecycleChart } from '../charts/lifecycle-chart'
import { useLifecycle } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { LIFECYCLE_HOW, toLeftOut } from './how-texts'
import { NoActivity } from './no-activity'

/** Who is new, stays, comes back or is gone, interval by interval. */
export function LifecycleCard({ interval }: { interval: ActivityInterval }) {
  const { query, timezone, bots } = useReportFilters()
  const resource = useLifecycle(query, interval)
  return (
    <ReportCard
      title="Lifecycle"
      description={`Where each ${interval}’s people come from, and how many stay away.`}
      how={{ ...LIFECYCLE_HOW, leftOut: toLeftOut(bots) }}
      resource={resource}
      isEmpty={({ series }) => series.every((each) => each.new + each.returning + each.resurrecting === 0)}
      empty={{ title: 'Nobody was active in this period', content: <NoActivity /> }}
    >
      {({ series }) => <LifecycleChart interval={interval} series={series} timezone={timezone} />}
    </ReportCard>
  )
}
