'use client'

import { ReportCard } from '../cards/report-card'
import { useAtRisk } from '../data/activity'
import { useReportFilters } from '../filters/use-report-filters'
import { AT_RISK_HOW, toLeftOut } from './how-texts'
import { SilentPeopleTable } from './silent-people-table'

/** From here on somebody has left; until then they may be won back. */
const SILENT_DAYS = 30

/** People who are silent for longer than their own rhythm makes likely, the most active first. */
export function AtRiskCard() {
  const { query, project, timezone, bots } = useReportFilters()
  const resource = useAtRisk(query, SILENT_DAYS)
  return (
    <ReportCard
      title="At risk"
      description={`Regulars who missed their own rhythm, silent for less than ${SILENT_DAYS} days.`}
      how={(report) => ({
        ...AT_RISK_HOW,
        ...(report && { sample: `${report.total.toLocaleString('en')} people` }),
        leftOut: `${toLeftOut(bots)} Who was active on fewer than three days: nobody knows their rhythm.`,
      })}
      resource={resource}
      isEmpty={({ total }) => total === 0}
      empty={{
        title: 'Nobody is slipping away',
        content: (
          <p>Everybody with three or more active days in the last 90 keeps to their rhythm, or has left already.</p>
        ),
      }}
    >
      {(report) => <SilentPeopleTable caption="People at risk" {...{ project, timezone, ...report }} />}
    </ReportCard>
  )
}
