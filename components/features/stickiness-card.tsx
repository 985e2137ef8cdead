'use client'

import { useState } from 'react'
import type { StickinessReport } from '@/lib/contracts/stickiness'
import { toRatio } from '@/lib/core/ratio'
import { ReportCard } from '../cards/report-card'
import { ColumnHistogram } from '../charts/column-histogram'
import { useStickiness } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { formatCount, formatExactCount, formatRatio, NO_VALUE } from '../format/format-number'
import { Figure } from '../panels/figure'
import { nameCohort } from '../retention/interval-names'
import { Select } from '../ui/field'
import { SegmentedControl } from '../ui/segmented-control'
import { STICKINESS_HOW, toLeftOut } from './how-texts'
import { NoActivity } from './no-activity'

const OPTIONS = [
  { value: 'week', label: 'Weeks' },
  { value: 'month', label: 'Months' },
] as const

type StickinessCardProps = { period: 'week' | 'month'; onPeriodChange: (period: 'week' | 'month') => void }

/** On how many days of a week or month people are active. */
export function StickinessCard({ period, onPeriodChange }: StickinessCardProps) {
  const { query, bots, canChange } = useReportFilters()
  const resource = useStickiness(query, period)
  return (
    <ReportCard
      title="Stickiness"
      description={`On how many days of a ${period} people come.`}
      how={{ ...STICKINESS_HOW, leftOut: toLeftOut(bots) }}
      action={
        canChange && <SegmentedControl label="Period" value={period} options={OPTIONS} onChange={onPeriodChange} />
      }
      resource={resource}
      isEmpty={({ periods }) => periods.every(({ people }) => people === 0)}
      empty={{ title: 'Nobody was active in this period', content: <NoActivity /> }}
    >
      {(report) => <Stickiness report={report} period={period} />}
    </ReportCard>
  )
}

function Stickiness({ report: { periods }, period }: { report: StickinessReport; period: 'week' | 'month' }) {
  const { timezone } = useReportFilters()
  const [chosen, setChosen] = useState<string | null>(null)
  // The latest that is over says more than one that has just begun.
  const latest = periods.findLast(({ isComplete }) => isComplete) ?? periods.at(-1)
  const shown = periods.find(({ start }) => start === chosen) ?? latest
  if (!shown) return null
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-4">
        <dl className="flex flex-wrap gap-x-8 gap-y-3">
          <Figure
            label={period === 'week' ? 'DAU / WAU' : 'DAU / MAU'}
            content={{ value: shown.ratio === null ? null : formatRatio(shown.ratio), absence: 'Nobody was active' }}
          />
          <Figure
            label="Days per person"
            content={{ value: shown.averageDays === null ? NO_VALUE : shown.averageDays.toFixed(2) }}
          />
          <Figure
            label="People"
            content={{ value: formatCount(shown.people), exact: formatExactCount(shown.people) }}
          />
        </dl>
        <div className="w-52">
          <Select
            aria-label={`Which ${period}`}
            value={shown.start}
            onChange={(event) => setChosen(event.target.value)}
          >
            {periods.toReversed().map(({ start, isComplete }) => (
              <option key={start} value={start}>
                {nameCohort(period, start, timezone)}
                {!isComplete && ' (running)'}
              </option>
            ))}
          </Select>
        </div>
      </div>
      <ColumnHistogram
        title="People by days active"
        unit="people"
        columns={shown.daysActive.map((count, index) => ({
          label: shown.daysActive.length > 10 ? String(index + 1) : index === 0 ? '1 day' : `${index + 1} days`,
          count,
          share: toRatio(count, shown.people),
        }))}
      />
    </>
  )
}
