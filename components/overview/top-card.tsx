'use client'

import type { EventsReport } from '@/lib/contracts/events-report'
import type { How } from '../cards/how-computed'
import type { ReportState } from '../data/use-report'
import { RankedList, type RankedRow } from '../panels/ranked-table'
import { ReportPanel } from '../panels/report-panel'
import { TableSkeleton } from '../ui/skeleton'

type TopCardProps = {
  id: string
  title: string
  nameLabel: string
  countLabel: string
  state: ReportState<EventsReport>
  how: How
  pick: (report: EventsReport) => readonly RankedRow[]
  /** What to do when the list is empty. */
  hint: string
  onSelect?: { describe: (name: string) => string; select: (name: string) => void }
}

/** A ranking out of the events report: pages or events. */
export function TopCard({ id, title, nameLabel, countLabel, state, how, pick, hint, onSelect }: TopCardProps) {
  return (
    <ReportPanel
      id={id}
      title={title}
      how={how}
      state={state}
      isEmpty={(report) => pick(report).length === 0}
      empty={{ title: 'None in this period', content: <p>{hint}</p> }}
      skeleton={<TableSkeleton rows={9} />}
    >
      {({ report }) => (
        <RankedList title={title} rows={pick(report)} {...{ nameLabel, countLabel }} {...(onSelect && { onSelect })} />
      )}
    </ReportPanel>
  )
}
