'use client'

import { useState } from 'react'
import { BREAKDOWNS, type Breakdown, type BreakdownRow } from '@/lib/contracts/performance-breakdown'
import { VITALS } from '@/lib/core/vitals'
import { ReportCard } from '../cards/report-card'
import { useVitalBreakdown, type VitalsQuery } from '../data/vitals'
import type { FilterPatch } from '../filters/parse-report-filters'
import { formatCountry, formatDevice } from '../format/format-dimension'
import { formatCount, formatExactCount, formatVital, NO_VALUE } from '../format/format-number'
import { RatingSign } from '../panels/rating-mark'
import { VITAL_ABSENCE, VITAL_NAMES } from '../panels/vital-names'
import { Button } from '../ui/button'
import { Select } from '../ui/field'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'
import type { VitalsState } from './vitals-url'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 10
/** Below this p75 of a group is little more than chance: it is shown, and said to be. */
const SAMPLES_ENOUGH = 13

const NAMES: Readonly<Record<Breakdown, string>> = {
  route: 'Page',
  device: 'Device',
  connection: 'Connection',
  country: 'Country',
  browser: 'Browser',
  navigationType: 'Navigation type',
  release: 'Release',
}

type BreakdownCardProps = {
  query: VitalsQuery
  state: VitalsState
  onChange: (patch: Partial<VitalsState>) => void
  /** Absent where nothing can be changed. */
  onFilter?: (filter: NonNullable<FilterPatch['filter']>) => void
}

/** p75 of every vital by page, device, connection, country, browser, navigation type or release. */
export function BreakdownCard({ query, state, onChange, onFilter }: BreakdownCardProps) {
  const { by } = state
  const resource = useVitalBreakdown(query, by)
  const select = (value: string) => {
    if (by === 'connection' || by === 'release') onChange({ [by]: value })
    else if (by !== 'navigationType') onFilter?.({ [by]: value })
  }
  return (
    <ReportCard
      title="Where it differs"
      description="75th percentile of each vital; choose a value to look at it alone."
      action={
        <Select
          aria-label="Break down by"
          value={by}
          className="w-44"
          onChange={({ target }) => onChange({ by: target.value as VitalsState['by'] })}
        >
          {BREAKDOWNS.map((name) => (
            <option key={name} value={name}>
              {NAMES[name]}
            </option>
          ))}
        </Select>
      }
      resource={resource}
      how={{
        definition: `p75 by nearest rank over the navigations of each value, rated by the thresholds. Values with fewer than ${SAMPLES_ENOUGH} samples are in grey: too few for an interval.`,
        sample: 'The 50 values (100 pages) with most navigations; samples of each figure on hover.',
        leftOut: 'Navigations of which the value is not known.',
      }}
      isEmpty={({ rows }) => rows.length === 0}
      empty={{
        title: `No ${NAMES[by].toLowerCase()} is known in this period`,
        content:
          by === 'release' ? (
            <p>
              Say which version runs: <code>{'<GrowthProvider release="3f2c">'}</code>, or let your host’s commit
              variable say it.
            </p>
          ) : (
            <p>Choose another breakdown or a longer period.</p>
          ),
      }}
      skeleton={<TableSkeleton rows={6} />}
    >
      {({ by: shown, rows }) => (
        <BreakdownTable
          key={shown}
          name={NAMES[shown]}
          rows={rows}
          toText={shown === 'country' ? formatCountry : shown === 'device' ? formatDevice : (value) => value}
          {...(shown !== 'navigationType' && shown === by && onFilter && { onSelect: select })}
        />
      )}
    </ReportCard>
  )
}

type BreakdownTableProps = {
  name: string
  rows: readonly BreakdownRow[]
  toText: (value: string) => string
  onSelect?: (value: string) => void
}

function BreakdownTable({ name, rows, toText, onSelect }: BreakdownTableProps) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? rows : rows.slice(0, ROWS_SHOWN)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Table caption={`Web vitals by ${name.toLowerCase()}, 75th percentile`}>
        <thead>
          <tr>
            <HeaderCell>{name}</HeaderCell>
            <HeaderCell isFigure>Navigations</HeaderCell>
            {VITALS.map((vital) => (
              <HeaderCell key={vital} isFigure title={VITAL_NAMES[vital].full}>
                {VITAL_NAMES[vital].short}
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.value}>
              <Cell className="min-w-36 max-w-xs">
                {onSelect ? (
                  <button
                    type="button"
                    title={`Show only ${toText(row.value)}`}
                    onClick={() => onSelect(row.value)}
                    className="block max-w-full truncate text-left decoration-ink-faint underline-offset-2 hover:underline"
                  >
                    {toText(row.value)}
                  </button>
                ) : (
                  <span className="block truncate">{toText(row.value)}</span>
                )}
              </Cell>
              <Cell isFigure title={formatExactCount(row.count)} className="text-ink-soft">
                {formatCount(row.count)}
              </Cell>
              {VITALS.map((vital) => {
                const { p75, count, rating } = row[vital]
                const isFew = count < SAMPLES_ENOUGH
                return (
                  <Cell
                    key={vital}
                    isFigure
                    title={
                      p75 === null
                        ? VITAL_ABSENCE[vital]
                        : `${formatExactCount(count)} samples${isFew ? ': too few to be sure' : ''}`
                    }
                    className={isFew ? 'text-ink-faint' : undefined}
                  >
                    {p75 === null ? (
                      NO_VALUE
                    ) : (
                      <>
                        {formatVital(vital, p75)}{' '}
                        {isFew ? (
                          <>
                            <span aria-hidden="true">?</span>
                            <span className="sr-only">too few samples</span>
                          </>
                        ) : (
                          <RatingSign rating={rating} />
                        )}
                      </>
                    )}
                  </Cell>
                )
              })}
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
