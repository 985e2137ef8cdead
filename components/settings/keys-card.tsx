'use client'

import Plus from 'lucide-react/icons/plus'
import { useState } from 'react'
import type { CreatedProjectKey, ProjectKey } from '@/lib/contracts/project-settings'
import { createKey, revokeKey, rotateKey } from '../data/project-settings'
import { useProjectKeys } from '../data/use-project-settings'
import { formatDay, formatMoment } from '../format/format-time'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { Badge } from '../ui/badge'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'
import { NewKeyDialog, ShownKeyDialog } from './key-dialogs'
import { toKeyState, toSuccessorText } from './key-expiry'
import { ResourceBody } from './resource-body'
import { SettingsCard } from './settings-card'

type Step =
  | { name: 'create' }
  | { name: 'shown'; key: CreatedProjectKey }
  | { name: 'rotate' | 'revoke'; key: ProjectKey }

/** The project's keys. A whole key is shown once, when it is made; afterwards only its first characters are known. */
export function KeysCard({ slug, timezone }: { slug: string; timezone: string }) {
  const keys = useProjectKeys(slug)
  const [step, setStep] = useState<Step | null>(null)
  const show = async (creating: Promise<CreatedProjectKey>) => {
    const key = await creating
    await keys.reload()
    setStep({ name: 'shown', key })
  }
  return (
    <SettingsCard
      title="Keys"
      description="Publishable keys are for browsers and can only write. Secret keys are for servers: they write and read."
      action={
        <Button size="small" onClick={() => setStep({ name: 'create' })}>
          <Plus aria-hidden="true" className="size-3.5" />
          New key
        </Button>
      }
    >
      <ResourceBody state={keys}>
        {(rows) => (
          <KeysTable
            rows={rows}
            timezone={timezone}
            onRotate={(key) => setStep({ name: 'rotate', key })}
            onRevoke={(key) => setStep({ name: 'revoke', key })}
          />
        )}
      </ResourceBody>
      {step?.name === 'create' && (
        <NewKeyDialog onCreate={(request) => show(createKey(slug, request))} onClose={() => setStep(null)} />
      )}
      {step?.name === 'shown' && <ShownKeyDialog created={step.key} onClose={() => setStep(null)} />}
      {step?.name === 'rotate' && (
        <ConfirmDialog
          title={`Rotate ${step.key.prefix}…?`}
          description={`A new key takes its place and is shown once. The old one stops working at once, wherever it is in use.${toSuccessorText(step.key)}`}
          action="Rotate key"
          onConfirm={() => show(rotateKey(slug, step.key.id))}
          onClose={() => setStep((now) => (now?.name === 'rotate' ? null : now))}
        />
      )}
      {step?.name === 'revoke' && (
        <ConfirmDialog
          title={`Revoke ${step.key.prefix}…?`}
          description="What uses this key is refused from now on. What it has already sent stays."
          action="Revoke key"
          onConfirm={async () => {
            await revokeKey(slug, step.key.id)
            await keys.reload()
          }}
          onClose={() => setStep(null)}
        />
      )}
    </SettingsCard>
  )
}

type KeysTableProps = {
  rows: readonly ProjectKey[]
  timezone: string
  onRotate: (key: ProjectKey) => void
  onRevoke: (key: ProjectKey) => void
}

function KeysTable({ rows, timezone, onRotate, onRevoke }: KeysTableProps) {
  if (rows.length === 0) {
    return <p className="text-ink-soft text-sm">No keys yet. Make a publishable one to measure a website.</p>
  }
  return (
    <Table caption="All keys">
      <thead>
        <tr>
          <HeaderCell>Key</HeaderCell>
          <HeaderCell>Label</HeaderCell>
          <HeaderCell>Created</HeaderCell>
          <HeaderCell>State</HeaderCell>
          <HeaderCell>
            <span className="sr-only">Actions</span>
          </HeaderCell>
        </tr>
      </thead>
      <tbody>
        {rows.map((key) => (
          <KeyRow key={key.id} row={key} timezone={timezone} onRotate={onRotate} onRevoke={onRevoke} />
        ))}
      </tbody>
    </Table>
  )
}

function KeyRow({ row, timezone, onRotate, onRevoke }: Omit<KeysTableProps, 'rows'> & { row: ProjectKey }) {
  const state = toKeyState(row, Date.now())
  const ends = row.expiresAt === null ? undefined : formatMoment(Date.parse(row.expiresAt), timezone)
  return (
    <tr>
      <Cell className="whitespace-nowrap">
        <code className="font-mono text-xs">{row.prefix}…</code>
        <span className="ml-2 text-ink-faint text-xs">{row.kind}</span>
      </Cell>
      <Cell className="max-w-48 truncate" title={row.label}>
        {row.label || <span className="text-ink-faint">no label</span>}
      </Cell>
      <Cell className="figures whitespace-nowrap text-ink-soft">{formatDay(Date.parse(row.createdAt), timezone)}</Cell>
      <Cell className="whitespace-nowrap" title={ends}>
        <Badge tone={state.tone}>{state.text}</Badge>
        {state.note && <span className="ml-2 text-ink-soft text-xs">{state.note}</span>}
      </Cell>
      <Cell className="whitespace-nowrap text-right">
        {state.isInUse && (
          <>
            <Button variant="quiet" size="small" onClick={() => onRotate(row)}>
              Rotate<span className="sr-only"> {row.prefix}…</span>
            </Button>
            <Button variant="quiet" size="small" className="text-poor" onClick={() => onRevoke(row)}>
              Revoke<span className="sr-only"> {row.prefix}…</span>
            </Button>
          </>
        )}
      </Cell>
    </tr>
  )
}
