'use client'

import { useState } from 'react'
import { ReportCard } from '../cards/report-card'
import { useChurned } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { SegmentedControl } from '../ui/segmented-control'
import { CHURNED_HOW, toLeftOut } from './how-texts'
import { SilentPeopleTable } from './silent-people-table'

const SPANS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const

/** People who were active for a while and have been silent for as long, the latest to leave first. */
export function ChurnedCard() {
  const { query, project, timezone, bots } = useReportFilters()
  const [span, setSpan] = useState<(typeof SPANS)[number]['value']>('30')
  const days = Number(span)
  const resource = useChurned(query, days, days)
  return (
    <ReportCard
      title="Churned"
      description={`Active on two days or more, then silent for ${span} days.`}
      how={(report) => ({
        ...CHURNED_HOW,
        ...(report && { sample: `${report.total.toLocaleString('en')} people` }),
        leftOut: `${toLeftOut(bots)} Who came on a single day only.`,
      })}
      action={<SegmentedControl label="Silent for" value={span} options={SPANS} onChange={setSpan} />}
      resource={resource}
      isEmpty={({ total }) => total === 0}
      empty={{
        title: 'Nobody has left',
        content: (
          <p>
            Whoever was active in the {span} days before has been back in the last {span}.
          </p>
        ),
      }}
    >
      {(report) => <SilentPeopleTable caption="Churned people" {...{ project, timezone, ...report }} />}
    </ReportCard>
  )
}
