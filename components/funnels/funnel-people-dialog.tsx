'use client'

import type { Route } from 'next'
import Link from 'next/link'
import { useState } from 'react'
import type { FunnelPerson } from '@/lib/contracts/funnel-people'
import { type AskedFunnel, type FunnelGroup, useFunnelExplanation, useFunnelPeople } from '../data/funnels'
import { formatMoment } from '../format/format-time'
import { ErrorState } from '../panels/panel-states'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { TableSkeleton } from '../ui/skeleton'
import { toMissingName, toReasonText } from './explain-texts'

type FunnelPeopleDialogProps = {
  asked: AskedFunnel
  /** Names of the steps. */
  events: readonly string[]
  group: FunnelGroup
  timezone: string
  onClose: () => void
}

/** Who reached a step, dropped before it, or was left out: each with a link to their timeline, and why they got no further. */
export function FunnelPeopleDialog({ asked, events, group, timezone, onClose }: FunnelPeopleDialogProps) {
  const [cursors, setCursors] = useState<readonly string[]>([])
  const people = useFunnelPeople(asked, group, cursors.at(-1) ?? null)
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={toTitle(group, events)}
      description="Those who began last come first."
    >
      {people.error && <ErrorState error={people.error} onRetry={() => void people.reload()} />}
      {people.isLoading && <TableSkeleton rows={5} />}
      {people.data && (
        <>
          {people.data.items.length === 0 && <p className="text-ink-soft text-sm">Nobody.</p>}
          <ul className="flex flex-col divide-y divide-line">
            {people.data.items.map((person) => (
              <PersonItem key={person.personId} {...{ asked, events, timezone, person }} />
            ))}
          </ul>
          <div className="flex justify-end gap-2">
            <Button size="small" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
              Previous
            </Button>
            <Button
              size="small"
              disabled={people.data.next === null}
              onClick={() => people.data?.next && setCursors([...cursors, people.data.next])}
            >
              Next
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}

function toTitle({ step, outcome }: FunnelGroup, events: readonly string[]): string {
  const event = events[step - 1] ?? ''
  switch (outcome) {
    case 'converted':
      return `Who reached step ${step}, “${event}”`
    case 'dropped':
      return `Who dropped before step ${step}, “${event}”`
    case 'excluded':
      return 'Who was left out'
  }
}

type PersonItemProps = Pick<FunnelPeopleDialogProps, 'asked' | 'events' | 'timezone'> & { person: FunnelPerson }

function PersonItem({ asked, events, timezone, person }: PersonItemProps) {
  const [isAsked, setIsAsked] = useState(false)
  const name = person.externalId ?? `Visitor ${person.personId}`
  return (
    <li className="flex flex-col gap-2 py-2 text-[0.8125rem]">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <Link
            href={`/admin/people/${person.personId}?${new URLSearchParams({ project: asked.project })}` as Route}
            className="block truncate font-medium text-accent hover:underline"
          >
            {name}
          </Link>
          <span className="figures text-ink-soft text-xs">
            began {formatMoment(Date.parse(person.startedAt), timezone)} · step {person.reachedStep} of {events.length}
          </span>
        </div>
        <Button size="small" aria-expanded={isAsked} onClick={() => setIsAsked(!isAsked)}>
          Why?<span className="sr-only"> {name}</span>
        </Button>
      </div>
      {isAsked && <Reasons {...{ asked, events, timezone, person }} />}
    </li>
  )
}

function Reasons({ asked, events, timezone, person }: PersonItemProps) {
  const explanation = useFunnelExplanation(asked, person.personId)
  const formatAt = (at: string) => formatMoment(Date.parse(at), timezone)
  if (explanation.error) {
    return <ErrorState error={explanation.error} onRetry={() => void explanation.reload()} />
  }
  const { data } = explanation
  if (!data) return <p className="text-ink-faint text-xs">Looking at their events …</p>
  return (
    <div className="flex flex-col gap-1.5 rounded-control bg-sunken px-3 py-2 text-xs">
      <ul className="flex flex-col gap-1">
        {data.reasons.map((reason, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list, and two reasons may be alike
          <li key={index} className="font-medium">
            {toReasonText(reason, toMissingName(data, events), { formatAt, nowMs: Date.now() })}
          </li>
        ))}
      </ul>
      {data.attempt.length > 0 && (
        <ol className="figures text-ink-soft">
          {data.attempt.map(({ step, event, at }) => (
            <li key={step}>
              {step}. {event}, {formatAt(at)}
            </li>
          ))}
        </ol>
      )}
      {!data.isComplete && <p className="text-ink-faint">Only the first 10,000 of their events were looked at.</p>}
    </div>
  )
}
