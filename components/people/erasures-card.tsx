'use client'

import type { Erasure } from '@/lib/contracts/people'
import type { useErasures } from '../data/use-erasures'
import { formatExactCount, NO_VALUE } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { ResourceBody } from '../settings/resource-body'
import { SettingsCard } from '../settings/settings-card'
import { Badge } from '../ui/badge'
import { CopyButton } from '../ui/copy-button'
import { Cell, HeaderCell, Table } from '../ui/table'
import { sumRows } from './table-names'

type ErasuresCardProps = {
  timezone: string
  erasures: ReturnType<typeof useErasures>
  /** The signed-in member, who reads “you”. */
  ownId: string
}

/** The audit of all erasures. It is kept for good and says of nobody who they were. */
export function ErasuresCard({ timezone, erasures, ownId }: ErasuresCardProps) {
  return (
    <SettingsCard
      title="Past erasures"
      description="Who asked, when, and how much went. An interrupted one continues when the same person is erased again."
    >
      <ResourceBody state={erasures}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-ink-soft text-sm">Nobody was erased yet.</p>
          ) : (
            <ErasuresTable items={items} timezone={timezone} ownId={ownId} />
          )
        }
      </ResourceBody>
    </SettingsCard>
  )
}

type ErasuresTableProps = { items: readonly Erasure[]; timezone: string; ownId: string }

function ErasuresTable({ items, timezone, ownId }: ErasuresTableProps) {
  return (
    <Table caption="Past erasures">
      <thead>
        <tr>
          <HeaderCell>Started</HeaderCell>
          <HeaderCell>By</HeaderCell>
          <HeaderCell>State</HeaderCell>
          <HeaderCell isFigure>Actors</HeaderCell>
          <HeaderCell isFigure>Rows</HeaderCell>
          <HeaderCell>
            <span className="sr-only">Receipt</span>
          </HeaderCell>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, status, requestedBy, startedAt, actorCount, rows, jws }) => (
          <tr key={id}>
            <Cell className="figures whitespace-nowrap">{formatMoment(Date.parse(startedAt), timezone)}</Cell>
            <Cell className="max-w-48 truncate" title={requestedBy}>
              {toRequesterText(requestedBy, ownId)}
            </Cell>
            <Cell>
              {status === 'finished' ? <Badge tone="good">finished</Badge> : <Badge tone="warn">not finished</Badge>}
            </Cell>
            <Cell isFigure>{formatExactCount(actorCount)}</Cell>
            <Cell isFigure>{formatExactCount(sumRows(rows))}</Cell>
            <Cell className="whitespace-nowrap text-right">
              {jws === null ? NO_VALUE : <CopyButton text={jws} label={`Copy the receipt of erasure ${id}`} />}
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function toRequesterText(requestedBy: string, ownId: string): string {
  if (requestedBy === 'key') return 'a secret key'
  return requestedBy === `member ${ownId}` ? 'you' : requestedBy
}
