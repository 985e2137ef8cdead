'use client'

import { useState } from 'react'
import type { DimensionRow } from '@/lib/contracts/dimension-report'
import { ShareBar } from '../charts/share-bar'
import { toChange } from '../format/change'
import { formatCount, formatExactCount } from '../format/format-number'
import { ChangeMark } from '../panels/change-mark'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 8

type DimensionListProps = {
  title: string
  rows: readonly DimensionRow[]
  toLabel: (value: string) => string
  /** What a missing value is called. */
  unknown: string
  /** Whether each value shows how it changed since the period before. */
  compare: boolean
  /** Makes each known value a button that shows it alone. */
  onSelect?: ((value: string) => void) | undefined
}

/** The values of a dimension by people, each with its sessions and events. */
export function DimensionList({ title, rows, toLabel, unknown, compare, onSelect }: DimensionListProps) {
  const [isWhole, setIsWhole] = useState(false)
  const most = Math.max(...rows.map(({ people }) => people), 1)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Table caption={title}>
        <thead>
          <tr>
            <HeaderCell>{title}</HeaderCell>
            <HeaderCell isFigure>People</HeaderCell>
            {compare && <HeaderCell isFigure>Change</HeaderCell>}
            <HeaderCell isFigure>Sessions</HeaderCell>
            <HeaderCell isFigure className="max-sm:hidden">
              Events
            </HeaderCell>
          </tr>
        </thead>
        <tbody>
          {(isWhole ? rows : rows.slice(0, ROWS_SHOWN)).map(({ value, people, sessions, events, previous }) => (
            <tr key={value ?? ' '}>
              <Cell className="w-full max-w-0">
                <span className="relative flex h-7 items-center px-2">
                  <ShareBar share={people / most} />
                  {value === null ? (
                    <span className="relative truncate text-ink-soft italic">{unknown}</span>
                  ) : (
                    <Name label={toLabel(value)} onSelect={onSelect && (() => onSelect(value))} />
                  )}
                </span>
              </Cell>
              <Figure count={people} className="font-medium" />
              {compare && (
                <Cell isFigure className="text-xs">
                  <ChangeMark change={toChange(people, previous.people, 'neither')} />
                </Cell>
              )}
              <Figure count={sessions} className="text-ink-soft" />
              <Figure count={events} className="text-ink-soft max-sm:hidden" />
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

function Figure({ count, className }: { count: number; className: string }) {
  return (
    <Cell isFigure title={formatExactCount(count)} className={className}>
      {formatCount(count)}
    </Cell>
  )
}

function Name({ label, onSelect }: { label: string; onSelect: (() => void) | undefined }) {
  if (!onSelect) {
    return (
      <span className="relative truncate" title={label}>
        {label}
      </span>
    )
  }
  return (
    <button
      type="button"
      title={`Show only ${label}`}
      onClick={onSelect}
      className="relative truncate text-left decoration-ink-faint underline-offset-2 hover:underline"
    >
      {label}
      <span className="sr-only">. Show only {label}</span>
    </button>
  )
}
