'use client'

import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import type { ErasureReceipt, PersonProfile, PersonReference, PersonSummary } from '@/lib/contracts/people'
import { downloadPerson } from '../data/people'
import { saveFile } from '../data/save-file'
import { useSubmit } from '../data/use-submit'
import { formatExactCount, NO_VALUE } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { SubmitOutcome } from '../forms/submit-outcome'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { EraseDialog } from './erase-dialog'
import { ReceiptView } from './receipt-view'
import { RowCountsTable } from './row-counts-table'

type PersonRecordProps = {
  project: string
  timezone: string
  person: PersonReference
  summary: PersonSummary
  onErased: () => void
}

/** What is stored of a person, and what can be done about it. After an erasure the receipt takes its place. */
export function PersonRecord({ project, timezone, person, summary, onErased }: PersonRecordProps) {
  const [isAsking, setIsAsking] = useState(false)
  const [receipt, setReceipt] = useState<ErasureReceipt | null>(null)
  const exporting = useSubmit()
  const download = () => exporting.submit(async () => saveFile(await downloadPerson(project, person), 'person.json'))
  if (receipt) return <ReceiptView receipt={receipt} timezone={timezone} />
  const moment = (atMs: number | null) => (atMs === null ? NO_VALUE : formatMoment(atMs, timezone))
  return (
    <section aria-label="What is stored" className="flex flex-col gap-5 border-line border-t pt-5">
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
        <Fact label="First seen" value={moment(summary.firstSeenMs)} />
        <Fact label="Last seen" value={moment(summary.lastSeenMs)} />
        <Fact label="Actors" value={formatExactCount(summary.actorIds.length)} />
      </dl>
      <RowCountsTable caption="What is stored, by table" countLabel="Rows" rows={summary.counts} />
      <details>
        <summary className="w-fit rounded text-[0.8125rem] text-accent">Show actor ids</summary>
        <div className="mt-2">
          <CodeBlock label="Actor ids, the person’s own first" code={summary.actorIds.join('\n')} />
        </div>
      </details>
      {summary.profile && <Profile profile={summary.profile} timezone={timezone} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={download} disabled={exporting.isSending}>
          <Download aria-hidden="true" className="size-4" />
          {exporting.isSending ? 'Collecting…' : 'Export as JSON'}
        </Button>
        <Button variant="danger" onClick={() => setIsAsking(true)}>
          Erase…
        </Button>
      </div>
      <SubmitOutcome state={exporting} done="Downloaded: person.json holds all rows of this person." />
      {isAsking && (
        <EraseDialog
          project={project}
          person={person}
          onErased={(issued) => {
            setReceipt(issued)
            setIsAsking(false)
            onErased()
          }}
          onClose={() => setIsAsking(false)}
        />
      )}
    </section>
  )
}

function Profile({ profile, timezone }: { profile: PersonProfile; timezone: string }) {
  const { userId, externalId, traits, firstSeenMs, lastActivityMs, totalEvents, featuresUsed } = profile
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">Profile</h3>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-3">
        <Fact label="Application id" value={externalId ?? userId} />
        <Fact label="User since" value={formatMoment(firstSeenMs, timezone)} />
        <Fact label="Last active" value={formatMoment(lastActivityMs, timezone)} />
        <Fact label="Events" value={formatExactCount(totalEvents)} />
        <Fact label="Features used" value={featuresUsed.join(', ') || NO_VALUE} />
      </dl>
      {Object.keys(traits).length > 0 && <CodeBlock label="Traits" code={JSON.stringify(traits, null, 2)} />}
    </div>
  )
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-faint text-xs">{label}</dt>
      <dd className="figures break-words text-sm">{value}</dd>
    </div>
  )
}
