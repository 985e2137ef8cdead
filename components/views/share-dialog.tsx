'use client'

import { type FormEvent, useState } from 'react'
import type { CreatedShare, Share, ShareablePath } from '@/lib/contracts/share'
import { createShare, revokeShare, useShares } from '../data/shares'
import { useSubmit } from '../data/use-submit'
import { formatMoment } from '../format/format-time'
import { SubmitOutcome } from '../forms/submit-outcome'
import { ResourceBody } from '../settings/resource-body'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { CodeBlock } from '../ui/code-block'
import { Dialog } from '../ui/dialog'
import { Field, Select } from '../ui/field'
import { Notice } from '../ui/notice'
import { SHARE_LIFETIMES, toExpiry, toShareState } from './current-view'

type ShareDialogProps = {
  project: string
  path: ShareablePath
  /** The filters of the page, which the link keeps. */
  query: string
  onClose: () => void
}

/** Makes read-only links to a page, and ends them. A link is shown once, when it is made. */
export function ShareDialog({ project, path, query, onClose }: ShareDialogProps) {
  const shares = useShares(project)
  const [made, setMade] = useState<CreatedShare | null>(null)
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="Share this page"
      description="Whoever has the link sees this page with these filters, and can change nothing: no people, no settings, no other project. No account is needed."
    >
      {made ? (
        <MadeLink made={made} />
      ) : (
        <NewLinkForm
          onCreate={async (days) => {
            setMade(await createShare(project, { path, query, expiresAt: toExpiry(days, Date.now()) }))
            await shares.reload()
          }}
        />
      )}
      <section aria-label="Links in use" className="flex flex-col gap-2 border-line border-t pt-4 text-[0.8125rem]">
        <h3 className="font-medium">Links of this project</h3>
        <ResourceBody state={shares}>
          {(rows) => <ShareList project={project} shares={rows} onRevoked={shares.reload} />}
        </ResourceBody>
      </section>
    </Dialog>
  )
}

function NewLinkForm({ onCreate }: { onCreate: (days: number) => Promise<unknown> }) {
  const [days, setDays] = useState(7)
  const state = useSubmit()
  const create = (event: FormEvent) => {
    event.preventDefault()
    void state.submit(() => onCreate(days))
  }
  return (
    <form onSubmit={create} className="flex flex-col gap-3">
      <Field label="The link ends" error={state.error?.issueAt('expiresAt')}>
        {(control) => (
          <Select {...control} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {SHARE_LIFETIMES.map((each) => (
              <option key={each.days} value={each.days}>
                {each.text}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <SubmitOutcome state={{ ...state, isDone: false }} done="" />
      <Button type="submit" variant="primary" disabled={state.isSending} className="self-end">
        Create link
      </Button>
    </form>
  )
}

function MadeLink({ made }: { made: CreatedShare }) {
  return (
    <>
      <Notice tone="good">Copy it now: only its hash is kept, so that it cannot be shown again.</Notice>
      <CodeBlock label="Read-only link" code={`${window.location.origin}/share/${made.token}`} />
    </>
  )
}

type ShareListProps = { project: string; shares: readonly Share[]; onRevoked: () => Promise<unknown> }

function ShareList({ project, shares, onRevoked }: ShareListProps) {
  const state = useSubmit()
  const inUse = shares.filter((share) => toShareState(share, Date.now()) === 'in use')
  if (inUse.length === 0) return <p className="text-ink-soft">No link is in use.</p>
  return (
    <>
      <SubmitOutcome state={{ ...state, isDone: false }} done="" />
      <ul className="flex flex-col gap-1">
        {inUse.map((share) => (
          <li key={share.id} className="flex items-center justify-between gap-3">
            <span className="min-w-0">
              <Badge>{share.path}</Badge>
              <span className="ml-2 text-ink-soft">
                until {formatMoment(Date.parse(share.expiresAt), 'UTC')} UTC · by {share.createdBy}
              </span>
            </span>
            <Button
              variant="quiet"
              size="small"
              className="text-poor"
              disabled={state.isSending}
              onClick={() => state.submit(() => revokeShare(project, share.id).then(onRevoked))}
            >
              Revoke<span className="sr-only"> the link to {share.path}</span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}
