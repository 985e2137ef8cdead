'use client'

import type { SessionsReport } from '@/lib/contracts/sessions'
import { toRatio } from '@/lib/core/ratio'
import { ReportCard } from '../cards/report-card'
import { ShareBar } from '../charts/share-bar'
import { useSessionsReport } from '../data/use-visit-reports'
import type { ReportFilters } from '../filters/use-report-filters'
import { formatCount, formatDuration, formatExactCount, formatRatio } from '../format/format-number'
import { toWindowText } from '../overview/how-texts'
import { Figure } from '../panels/figure'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Rows of each list. */
const ROWS_SHOWN = 10

/** How many sessions there were, how long they took, and on which pages they began and ended. */
export function SessionsCard({ filters }: { filters: ReportFilters }) {
  const report = useSessionsReport(filters.query)
  return (
    <ReportCard
      title="Sessions, entry and exit pages"
      resource={report}
      how={(data) => ({
        definition:
          'A session is one tab’s visit and ends after 30 minutes without an event. Its length runs from its first event to its last. A bounce is a session of one single event. Entry and exit are the pages of its first and last page view.',
        window: `${toWindowText(filters)} Sessions that began in this time; what they did after its end is not looked at.`,
        ...(data && {
          sample: `${formatExactCount(data.sessions)} sessions of ${formatExactCount(data.people)} people.`,
        }),
        leftOut: `${filters.bots ? '' : 'Rows marked as bots. '}Events without a session, and rows sent under Global Privacy Control. A filter keeps the sessions of which at least one event passes it, whole.`,
      })}
      isEmpty={({ sessions }) => sessions === 0}
      empty={{
        title: 'No sessions in this period',
        content: (
          <p>
            Sessions come with the script tag and with GrowthProvider. Choose a longer period, or take out a filter.
          </p>
        ),
      }}
      skeleton={<TableSkeleton rows={12} />}
    >
      {(data) => (
        <>
          <SessionFigures data={data} />
          <div className="grid grid-cols-1 gap-6 lg:grid-cols-2">
            <PageList title="Entry pages" rows={data.entries} />
            <PageList title="Exit pages" rows={data.exits} />
          </div>
        </>
      )}
    </ReportCard>
  )
}

function SessionFigures({ data }: { data: SessionsReport }) {
  const figures = [
    { label: 'Sessions', value: formatCount(data.sessions), exact: formatExactCount(data.sessions) },
    { label: 'Bounced', value: formatRatio(data.bounceRatio), exact: formatExactCount(data.bounces) },
    { label: 'Median length', value: formatDuration(data.medianLengthMs) },
    { label: 'Average length', value: formatDuration(data.averageLengthMs) },
    { label: 'Events per session', value: data.averageEvents === null ? null : data.averageEvents.toFixed(1) },
  ]
  return (
    <dl className="grid grid-cols-2 gap-4 sm:grid-cols-5">
      {figures.map(({ label, ...content }) => (
        <Figure key={label} label={label} content={content} />
      ))}
    </dl>
  )
}

function PageList({ title, rows }: { title: string; rows: SessionsReport['entries'] }) {
  const most = rows[0]?.sessions ?? 1
  return (
    <Table caption={title}>
      <thead>
        <tr>
          <HeaderCell>{title}</HeaderCell>
          <HeaderCell isFigure>Sessions</HeaderCell>
          <HeaderCell isFigure>Bounced</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, ROWS_SHOWN).map(({ route, sessions, bounces }) => (
          <tr key={route}>
            <Cell className="w-full max-w-0">
              <span className="relative flex h-7 items-center px-2">
                <ShareBar share={sessions / most} />
                <span className="relative truncate" title={route}>
                  {route}
                </span>
              </span>
            </Cell>
            <Cell isFigure title={formatExactCount(sessions)} className="font-medium">
              {formatCount(sessions)}
            </Cell>
            <Cell isFigure title={formatExactCount(bounces)} className="text-ink-soft">
              {formatRatio(toRatio(bounces, sessions))}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
