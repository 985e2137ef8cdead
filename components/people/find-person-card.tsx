'use client'

import Search from 'lucide-react/icons/search'
import { type FormEvent, useState } from 'react'
import type { PersonReference, PersonSummary } from '@/lib/contracts/people'
import { lookUpPerson } from '../data/people'
import { useSubmit } from '../data/use-submit'
import { formatExactCount } from '../format/format-number'
import { SubmitOutcome } from '../forms/submit-outcome'
import { SettingsCard } from '../settings/settings-card'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { Skeleton } from '../ui/skeleton'
import { PersonRecord } from './person-record'
import { type ReferenceKind, toPersonReference } from './person-reference'
import { ReferenceFields } from './reference-fields'
import { sumRows } from './table-names'

type FindPersonCardProps = { project: string; timezone: string; onErased: () => void }

/** Finds one person by an id and shows what is stored of them, with their rights: a copy, and to be forgotten. */
export function FindPersonCard({ project, timezone, onErased }: FindPersonCardProps) {
  const [kind, setKind] = useState<ReferenceKind>('userId')
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ person: PersonReference; summary: PersonSummary | null } | null>(null)
  const state = useSubmit()
  const person = toPersonReference(kind, text)
  const find = (event: FormEvent) => {
    event.preventDefault()
    if (!person) return
    setFound(null)
    void state.submit(async () => setFound({ person, summary: await lookUpPerson(project, person) }))
  }
  const fault = state.error?.issueAt(kind)
  return (
    <SettingsCard
      title="Find a person"
      description="Everything of one person, on all their devices. The id travels in the request’s body, so that no address and no log names them."
    >
      <form onSubmit={find} noValidate className="flex flex-col gap-4">
        <div className="flex flex-wrap items-start gap-3">
          <ReferenceFields
            kind={kind}
            text={text}
            onKindChange={setKind}
            onTextChange={setText}
            idLabel="Id"
            error={fault}
          />
          <Button
            type="submit"
            variant="primary"
            className="sm:mt-[1.625rem]"
            disabled={state.isSending || person === null}
          >
            <Search aria-hidden="true" className="size-4" />
            {state.isSending ? 'Looking…' : 'Look up'}
          </Button>
        </div>
        {!fault && <SubmitOutcome state={{ ...state, isDone: false }} done="" />}
      </form>
      <p role="status" className="sr-only">
        {found?.summary && `Found ${formatExactCount(sumRows(found.summary.counts))} rows`}
      </p>
      <div aria-busy={state.isSending} className="flex flex-col gap-5 empty:hidden">
        {state.isSending && (
          <>
            <p className="text-ink-faint text-xs">
              All tables are looked through; with millions of rows that takes a while.
            </p>
            <Skeleton className="h-40" />
          </>
        )}
        {found && found.summary === null && <Notice>Nothing is stored of this person in this project.</Notice>}
        {found?.summary && (
          <PersonRecord
            project={project}
            timezone={timezone}
            person={found.person}
            summary={found.summary}
            onErased={onErased}
          />
        )}
      </div>
    </SettingsCard>
  )
}
