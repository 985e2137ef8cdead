import { formatExactCount } from '../format/format-number'
import { formatBucketTick } from '../format/format-time'
import { PersonLink } from '../people/person-link'
import { Cell, HeaderCell, Table } from '../ui/table'

type SilentPerson = {
  personId: string
  externalId: string | null
  lastSeen: string
  silentDays: number
  activeDays: number
  averageGapDays?: number
}

type SilentPeopleTableProps = {
  caption: string
  project: string
  timezone: string
  total: number
  people: readonly SilentPerson[]
}

/** People who have been silent, each with a link to their history. */
export function SilentPeopleTable({ caption, project, timezone, total, people }: SilentPeopleTableProps) {
  const hasRhythm = people.some(({ averageGapDays }) => averageGapDays !== undefined)
  return (
    <>
      <Table caption={caption}>
        <thead>
          <tr>
            <HeaderCell>Person</HeaderCell>
            <HeaderCell isFigure>Last seen</HeaderCell>
            <HeaderCell isFigure>Silent</HeaderCell>
            {hasRhythm && <HeaderCell isFigure>Usually every</HeaderCell>}
            <HeaderCell isFigure>Active days</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {people.map(({ personId, externalId, lastSeen, silentDays, activeDays, averageGapDays }) => (
            <tr key={personId}>
              <Cell className="w-full min-w-32 max-w-0 truncate">
                <PersonLink project={project} personId={personId} externalId={externalId} />
              </Cell>
              <Cell isFigure>{formatBucketTick(Date.parse(lastSeen), 'day', timezone)}</Cell>
              <Cell isFigure>{formatDays(silentDays)}</Cell>
              {hasRhythm && (
                <Cell isFigure className="text-ink-soft">
                  {averageGapDays === undefined ? '' : formatDays(Math.round(averageGapDays * 10) / 10)}
                </Cell>
              )}
              <Cell isFigure className="text-ink-soft">
                {formatExactCount(activeDays)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {total > people.length && (
        <p className="text-ink-faint text-xs">
          {formatExactCount(people.length)} of {formatExactCount(total)} people.
        </p>
      )}
    </>
  )
}

function formatDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
