'use client'

import { useState } from 'react'
import { RANGES, type RangeName } from '@/lib/core/time-range'
import { HowComputed } from '../cards/how-computed'
import { restoreBots } from '../data/ingest'
import { useBotGroups } from '../data/use-ingest'
import { formatCount, formatExactCount, NO_VALUE } from '../format/format-number'
import { formatMoment } from '../format/format-time'
import { ConfirmDialog } from '../forms/confirm-dialog'
import { DataPanel } from '../panels/data-panel'
import { Button } from '../ui/button'
import { Notice } from '../ui/notice'
import { SegmentedControl } from '../ui/segmented-control'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import { groupBots, type RestorableGroup } from './group-bots'
import { toBotsHow } from './how-texts'
import { toReasonText } from './reason-texts'

const RANGE_OPTIONS = RANGES.map((range) => ({ value: range, label: range }))

type BotsPanelProps = {
  project: string
  timezone: string
  range: RangeName
  onRangeChange: (range: RangeName) => void
  /** Whether the viewer may count marked rows as people's. */
  canRestore: boolean
}

/** Rows marked as bots, by the evidence against them; a group that was marked wrongly can be counted after all. */
export function BotsPanel({ project, timezone, range, onRangeChange, canRestore }: BotsPanelProps) {
  const groups = useBotGroups(project, range)
  const [asked, setAsked] = useState<RestorableGroup | null>(null)
  const [restored, setRestored] = useState<number | null>(null)
  return (
    <DataPanel
      id="bots"
      title="Bots"
      description="Rows are marked, never dropped: by an agent that names itself, or by two kinds of evidence. They stay out of every report unless you ask for them."
      action={
        <SegmentedControl label="Time range of bots" value={range} options={RANGE_OPTIONS} onChange={onRangeChange} />
      }
      how={<HowComputed title="Bots" how={toBotsHow(project, range)} isShort />}
      state={groups}
      onRetry={() => void groups.reload()}
      skeleton={<TableSkeleton rows={4} />}
    >
      {({ reasons }) => (
        <>
          {restored !== null && (
            <Notice tone="good">{formatExactCount(restored)} rows count as people’s from now on.</Notice>
          )}
          {reasons.length === 0 ? (
            <p className="text-ink-soft text-sm">No row was marked as a bot’s in this period.</p>
          ) : (
            <BotsTable
              groups={groupBots(reasons)}
              timezone={timezone}
              onRestore={canRestore ? (group) => setAsked(group) : null}
            />
          )}
          {asked && (
            <ConfirmDialog
              title={`Count ${formatExactCount(asked.rows)} rows as people’s?`}
              description={`Rows of ${asked.browser ?? 'no known browser'} marked for “${toEvidence(asked)}” enter every report of their days. Rows that arrive later are judged anew.`}
              action="Count as people"
              onConfirm={async () => {
                const { reasons: evidence, browser, firstMs, lastMs } = asked
                const range = { from: firstMs, to: lastMs + 1 }
                setRestored((await restoreBots(project, { reasons: evidence, browser, ...range })).restored)
                await groups.reload()
              }}
              onClose={() => setAsked(null)}
            />
          )}
        </>
      )}
    </DataPanel>
  )
}

const toEvidence = ({ reasons }: RestorableGroup): string =>
  reasons.map((reason) => toReasonText('bot', reason)).join(' + ')

type BotsTableProps = {
  groups: readonly RestorableGroup[]
  timezone: string
  onRestore: ((group: RestorableGroup) => void) | null
}

function BotsTable({ groups, timezone, onRestore }: BotsTableProps) {
  return (
    <Table caption="Rows marked as bots">
      <thead>
        <tr>
          <HeaderCell>Evidence</HeaderCell>
          <HeaderCell>Browser</HeaderCell>
          <HeaderCell>System</HeaderCell>
          <HeaderCell isFigure>Rows</HeaderCell>
          <HeaderCell>First and last</HeaderCell>
          {onRestore && (
            <HeaderCell>
              <span className="sr-only">Actions</span>
            </HeaderCell>
          )}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.key}>
            <Cell className="min-w-48 py-2">{toEvidence(group)}</Cell>
            <Cell className="whitespace-nowrap">{group.browser ?? NO_VALUE}</Cell>
            <Cell className="whitespace-nowrap">{group.systems.join(', ') || NO_VALUE}</Cell>
            <Cell isFigure title={formatExactCount(group.rows)} className="font-medium">
              {formatCount(group.rows)}
            </Cell>
            <Cell className="figures whitespace-nowrap text-ink-soft">
              {formatMoment(group.firstMs, timezone)} – {formatMoment(group.lastMs, timezone)}
            </Cell>
            {onRestore && (
              <Cell className="text-right">
                <Button size="small" variant="quiet" onClick={() => onRestore(group)}>
                  Count these as people<span className="sr-only">: {toEvidence(group)}</span>
                </Button>
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
