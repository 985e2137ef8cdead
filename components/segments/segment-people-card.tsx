'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { useState } from 'react'
import type { Segment, SegmentPeople } from '@/lib/contracts/segment'
import { ReportCard } from '../cards/report-card'
import { useSegmentPeople } from '../data/segments'
import { formatExactCount } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'

type SegmentPeopleCardProps = { project: string; timezone: string; segment: Segment }

/** Who is of a saved segment now, page by page. For admins: others may not read who people are. */
export function SegmentPeopleCard({ project, timezone, segment }: SegmentPeopleCardProps) {
  const [before, setBefore] = useState<readonly string[]>([])
  const people = useSegmentPeople(project, segment.id, before.at(-1) ?? null)
  return (
    <ReportCard
      title={`People in “${segment.name}”`}
      how={{
        definition: 'Everybody of whom the conditions hold now, in no particular order: by the key of the person.',
        leftOut: 'People whom only bots or rows under Global Privacy Control speak of.',
      }}
      resource={people}
      isEmpty={({ total }) => total === 0}
      empty={{ title: 'Nobody now', content: 'As soon as the conditions hold for somebody they appear here.' }}
    >
      {(page) => (
        <>
          <PeopleTable page={page} project={project} timezone={timezone} />
          <div className="mt-3 flex items-center justify-between gap-3 text-[0.8125rem]">
            <span className="figures text-ink-soft">{formatExactCount(page.total)} people</span>
            <div className="flex gap-2">
              <Button size="small" disabled={before.length === 0} onClick={() => setBefore(before.slice(0, -1))}>
                Previous
              </Button>
              <Button
                size="small"
                disabled={page.next === null}
                onClick={() => setBefore(page.next === null ? before : [...before, page.next])}
              >
                Next
              </Button>
            </div>
          </div>
        </>
      )}
    </ReportCard>
  )
}

function PeopleTable({ page, project, timezone }: { page: SegmentPeople; project: string; timezone: string }) {
  return (
    <Table caption="People in the segment">
      <thead>
        <tr>
          <HeaderCell>Person</HeaderCell>
          <HeaderCell>Traits</HeaderCell>
          <HeaderCell>Last active</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {page.people.map((person) => (
          <tr key={person.personId}>
            <Cell className="whitespace-nowrap">
              <Link
                href={`/admin/people/${person.personId}?${new URLSearchParams({ project })}` as Route}
                className="font-medium text-accent hover:underline"
              >
                {person.externalId ?? person.userId ?? `Visitor ${person.personId}`}
              </Link>
            </Cell>
            <Cell className="max-w-md truncate text-ink-soft">{toTraitText(person.traits)}</Cell>
            <Cell className="figures whitespace-nowrap text-ink-soft">
              {person.lastSeen === null ? 'not a known user' : formatMoment(Date.parse(person.lastSeen), timezone)}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function toTraitText(traits: Readonly<Record<string, unknown>> | null): string {
  return Object.entries(traits ?? {})
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
}
