'use client'

import ArrowLeft from 'lucide-react/icons/arrow-left'
import type { Route } from 'next'
import Link from 'next/link'
import type { Person } from '@/lib/contracts/timeline'
import { ReportCard } from '../cards/report-card'
import { useTimeline } from '../data/use-people'
import { formatExactCount } from '../format/format-number'
import { formatDay, formatMoment } from '../format/format-time'
import { Figure } from '../panels/figure'
import { Card } from '../ui/card'
import { TableSkeleton } from '../ui/skeleton'
import { MoreButton } from './more-button'
import { toPersonName, toValueText } from './person-name'
import { VisitList } from './visit-list'

type TimelinePageProps = { project: string; timezone: string; personId: string }

/** One person: who they are, and all that they did, the latest first. */
export function TimelinePage({ project, timezone, personId }: TimelinePageProps) {
  const timeline = useTimeline(project, personId)
  const person = timeline.data?.[0]?.person
  const items = timeline.data?.flatMap((page) => page.items)
  const searchedToMs = timeline.data?.at(-1)?.searchedToMs ?? null
  return (
    <div className="flex flex-col gap-5 pt-3">
      <header>
        <Link
          href={`/admin/people?${new URLSearchParams({ project })}` as Route}
          className="inline-flex items-center gap-1 text-ink-soft text-xs hover:text-ink"
        >
          <ArrowLeft aria-hidden="true" className="size-3.5" />
          People
        </Link>
        <h1 className="mt-1 break-all font-semibold text-lg tracking-tight">
          {toPersonName({ personId, externalId: person?.externalId ?? null })}
        </h1>
        <p className="figures mt-0.5 break-all text-ink-faint text-xs">{personId}</p>
      </header>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[18rem_minmax(0,1fr)]">
        <PersonCard person={person} timezone={timezone} />
        <ReportCard
          title="Timeline"
          resource={{ ...timeline, data: items }}
          how={{
            definition:
              'Every event and every recorded conversion of this person on all linked devices, the latest first, parted where nothing happened for 30 minutes.',
            window: 'All that is stored.',
            leftOut:
              'Rows marked as bots. Rows sent under Global Privacy Control belong to nobody. What somebody did without consent is known for one day only, as another visitor each day.',
            request: { method: 'GET', path: `/api/people/${personId}`, query: { project } },
          }}
          isEmpty={(list) => list.length === 0 && !timeline.hasMore}
          empty={{
            title: 'Nothing is stored of this person',
            content: <p>They may have been erased, or merged with another person when they signed in.</p>,
          }}
          skeleton={<TableSkeleton rows={12} />}
        >
          {(list) => (
            <>
              <VisitList items={list} timezone={timezone} />
              {timeline.hasMore && searchedToMs !== null && (
                <p className="text-ink-faint text-xs">Looked back to {formatMoment(searchedToMs, timezone)}.</p>
              )}
              <MoreButton pages={timeline} label="Show older" />
            </>
          )}
        </ReportCard>
      </div>
    </div>
  )
}

function PersonCard({ person, timezone }: { person: Person | undefined; timezone: string }) {
  const figures = [
    { label: 'First seen', value: person?.firstSeenMs == null ? null : formatDay(person.firstSeenMs, timezone) },
    { label: 'Last active', value: person?.lastSeenMs == null ? null : formatMoment(person.lastSeenMs, timezone) },
    { label: 'Events, signed in', value: person?.events == null ? null : formatExactCount(person.events) },
    { label: 'Linked browsers and ids', value: person ? formatExactCount(person.actors) : null },
  ]
  const traits = Object.entries(person?.traits ?? {})
  return (
    <Card className="flex flex-col gap-5 p-4 sm:p-6">
      <h2 className="font-semibold text-[0.9375rem] tracking-tight">Profile</h2>
      <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-1">
        {figures.map(({ label, value }) => (
          <Figure
            key={label}
            label={label}
            {...(person && { content: { value, absence: 'This person never signed in' } })}
          />
        ))}
      </dl>
      {person && (
        <div className="flex flex-col gap-2 text-[0.8125rem]">
          <h3 className="font-medium text-ink-faint text-xs">Traits</h3>
          {traits.length === 0 ? (
            <p className="text-ink-soft">None. They come with identify(userId, traits).</p>
          ) : (
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
              {traits.map(([key, value]) => (
                <div key={key} className="contents">
                  <dt className="text-ink-soft">{key}</dt>
                  <dd className="break-words">{toValueText(value)}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </Card>
  )
}
