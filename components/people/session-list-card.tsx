'use client'

import type { Session } from '@/lib/contracts/sessions'
import { ReportCard } from '../cards/report-card'
import { useSessionList } from '../data/use-people'
import type { ReportFilters } from '../filters/use-report-filters'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { formatDuration, formatExactCount, NO_VALUE } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { toWindowText } from '../overview/how-texts'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import { MoreButton } from './more-button'
import { PersonLink } from './person-link'

/** Sessions one by one, the latest first. */
export function SessionListCard({ filters }: { filters: ReportFilters }) {
  const sessions = useSessionList(filters.query)
  const items = sessions.data?.flatMap((page) => page.items)
  return (
    <ReportCard
      title="Sessions"
      resource={{ ...sessions, data: items }}
      how={{
        definition:
          'A session is one tab’s visit and ends after 30 minutes without an event. Source, device and country are those of its first event; entry and exit the pages of its first and last page view.',
        window: `${toWindowText(filters)} Sessions that began in this time.`,
        leftOut: `${filters.bots ? '' : 'Rows marked as bots. '}Events without a session, and rows sent under Global Privacy Control. A filter keeps the sessions of which at least one event passes it, whole.`,
        request: { method: 'GET', path: '/api/people/sessions', query: filters.query },
      }}
      isEmpty={(list) => list.length === 0}
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
      {(list) => (
        <>
          <SessionTable items={list} project={filters.project} timezone={filters.timezone} />
          <MoreButton pages={sessions} label="Show more sessions" />
        </>
      )}
    </ReportCard>
  )
}

type SessionTableProps = { items: readonly Session[]; project: string; timezone: string }

function SessionTable({ items, project, timezone }: SessionTableProps) {
  return (
    <Table caption="Sessions, the latest first">
      <thead>
        <tr>
          <HeaderCell>Began</HeaderCell>
          <HeaderCell>Person</HeaderCell>
          <HeaderCell isFigure>Length</HeaderCell>
          <HeaderCell isFigure>Events</HeaderCell>
          <HeaderCell>Entry</HeaderCell>
          <HeaderCell>Exit</HeaderCell>
          <HeaderCell>Source</HeaderCell>
          <HeaderCell>Device</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {items.map((session, index) => (
          // A person may begin two sessions in the same millisecond.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows at its end
          <tr key={`${session.startMs} ${session.personId} ${index}`}>
            <Cell className="figures whitespace-nowrap text-ink-soft">{formatMoment(session.startMs, timezone)}</Cell>
            <Cell className="max-w-44 truncate whitespace-nowrap">
              <PersonLink project={project} personId={session.personId} externalId={session.externalId} />
            </Cell>
            <Cell isFigure>{session.events === 1 ? NO_VALUE : formatDuration(session.lengthMs)}</Cell>
            <Cell isFigure title={`${formatExactCount(session.pageViews)} page views`}>
              {formatExactCount(session.events)}
            </Cell>
            <Route route={session.entry} />
            <Route route={session.exit} />
            <Cell className="whitespace-nowrap" title={session.referrer ?? undefined}>
              {session.channel}
            </Cell>
            <Cell className="whitespace-nowrap text-ink-soft">
              {[session.device && formatDevice(session.device), session.country && formatCountry(session.country)]
                .filter(Boolean)
                .join(', ') || NO_VALUE}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function Route({ route }: { route: string | null }) {
  return (
    <Cell className="max-w-48 truncate text-ink-soft" title={route ?? undefined}>
      {route ?? NO_VALUE}
    </Cell>
  )
}
