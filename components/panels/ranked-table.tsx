'use client'

import { useState } from 'react'
import { ShareBar } from '../charts/share-bar'
import { formatCount, formatExactCount } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 8

/** A name with how often it occurred and for how many people. */
export type RankedRow = { name: string; count: number; people: number }

export type RankedListProps = {
  title: string
  nameLabel: string
  countLabel: string
  rows: readonly RankedRow[]
  /** Makes each name a button. */
  onSelect?: { describe: (name: string) => string; select: (name: string) => void }
}

/** Names by how often they occurred, most frequent first, with a bar that compares them to the first. */
export function RankedList({ title, nameLabel, countLabel, rows, onSelect }: RankedListProps) {
  const [isWhole, setIsWhole] = useState(false)
  const countMax = Math.max(...rows.map(({ count }) => count), 1)
  const shown = isWhole ? rows : rows.slice(0, ROWS_SHOWN)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Table caption={title}>
        <thead>
          <tr>
            <HeaderCell>{nameLabel}</HeaderCell>
            <HeaderCell isFigure>{countLabel}</HeaderCell>
            <HeaderCell isFigure>People</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, count, people }) => (
            <tr key={name}>
              <Cell className="w-full max-w-0">
                <span className="relative flex h-7 items-center px-2">
                  <ShareBar share={count / countMax} />
                  <RowName name={name} onSelect={onSelect} />
                </span>
              </Cell>
              <Cell isFigure title={formatExactCount(count)} className="font-medium">
                {formatCount(count)}
              </Cell>
              <Cell isFigure title={formatExactCount(people)} className="text-ink-soft">
                {formatCount(people)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {rows.length > ROWS_SHOWN && (
        <Button variant="quiet" size="small" className="-ml-2 self-start" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `Show ${ROWS_SHOWN}` : `Show all ${rows.length}`}
        </Button>
      )}
    </div>
  )
}

function RowName({ name, onSelect }: { name: string; onSelect: RankedListProps['onSelect'] }) {
  if (!onSelect) {
    return (
      <span className="relative truncate" title={name}>
        {name}
      </span>
    )
  }
  return (
    <button
      type="button"
      title={onSelect.describe(name)}
      onClick={() => onSelect.select(name)}
      className="relative truncate text-left decoration-ink-faint underline-offset-2 hover:underline"
    >
      {name}
      <span className="sr-only">. {onSelect.describe(name)}</span>
    </button>
  )
}
