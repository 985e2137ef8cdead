'use client'

import { useState } from 'react'
import type { PersonListItem } from '@/lib/contracts/person-list'
import { ReportCard } from '../cards/report-card'
import type { ReportRequest } from '../data/report-query'
import { usePersonList } from '../data/use-people'
import type { ReportFilters } from '../filters/use-report-filters'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { formatExactCount, NO_VALUE } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { toWindowText } from '../overview/how-texts'
import { useSettled } from '../segments/use-settled'
import { TextInput } from '../ui/field'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import { MoreButton } from './more-button'
import { PersonLink } from './person-link'
import { toTraitLine } from './person-name'

/** Who was active, the latest first; a search looks among known people, whenever they were there. */
export function PersonListCard({ filters }: { filters: ReportFilters }) {
  const [text, setText] = useState('')
  const search = useSettled(text, 250).trim() || null
  const people = usePersonList(filters.query, search)
  const items = people.data?.flatMap((page) => page.items)
  const request: ReportRequest =
    search === null
      ? { method: 'GET', path: '/api/people', query: filters.query }
      : { method: 'POST', path: '/api/people/search', query: { project: filters.project }, body: { search } }
  return (
    <ReportCard
      title={search === null ? 'Recently active' : 'Found'}
      resource={{ ...people, data: items }}
      action={
        <TextInput
          type="search"
          aria-label="Search by id or trait"
          placeholder="Search by id or trait"
          className="w-64! max-w-full"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
      how={{
        definition:
          search === null
            ? 'A person is a signed-in user on all linked devices, else a browser, which without consent is known for one day only. Ordered by their latest event in the period that passes the filters.'
            : 'Signed-in users whose id, or the value of one of whose traits, holds the text. Their whole time counts; period and filters do not apply.',
        window: search === null ? toWindowText(filters) : undefined,
        leftOut: `${filters.bots ? '' : 'Rows marked as bots, and r'}${filters.bots ? 'R' : ''}ows sent under Global Privacy Control: they belong to nobody.`,
        request,
      }}
      isEmpty={(list) => list.length === 0}
      empty={
        search === null
          ? { title: 'Nobody was active in this period', content: <p>Choose a longer period, or take out a filter.</p> }
          : {
              title: 'Nobody is called so',
              content: (
                <p>Only signed-in people can be found. Their ids and traits come with identify(userId, traits).</p>
              ),
            }
      }
      skeleton={<TableSkeleton rows={12} />}
    >
      {(list) => (
        <>
          <PeopleTable items={list} project={filters.project} timezone={filters.timezone} />
          <MoreButton pages={people} label="Show more people" />
        </>
      )}
    </ReportCard>
  )
}

type PeopleTableProps = { items: readonly PersonListItem[]; project: string; timezone: string }

function PeopleTable({ items, project, timezone }: PeopleTableProps) {
  return (
    <Table caption="People, the latest first">
      <thead>
        <tr>
          <HeaderCell>Person</HeaderCell>
          <HeaderCell>Last active</HeaderCell>
          <HeaderCell>Traits</HeaderCell>
          <HeaderCell>Device</HeaderCell>
          <HeaderCell>Country</HeaderCell>
          <HeaderCell isFigure>Events, signed in</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {items.map(({ personId, externalId, lastSeenMs, traits, device, country, events }) => (
          <tr key={personId}>
            <Cell className="max-w-56 truncate whitespace-nowrap">
              <PersonLink project={project} personId={personId} externalId={externalId} />
            </Cell>
            <Cell className="figures whitespace-nowrap text-ink-soft">{formatMoment(lastSeenMs, timezone)}</Cell>
            <Cell className="max-w-72 truncate text-ink-soft" title={toTraitLine(traits)}>
              {toTraitLine(traits) || NO_VALUE}
            </Cell>
            <Cell className="text-ink-soft">{device === null ? NO_VALUE : formatDevice(device)}</Cell>
            <Cell className="whitespace-nowrap text-ink-soft">
              {country === null ? NO_VALUE : formatCountry(country)}
            </Cell>
            <Cell isFigure className="text-ink-soft">
              {formatExactCount(events)}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
