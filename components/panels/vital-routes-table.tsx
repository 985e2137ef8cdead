'use client'

import ChevronDown from 'lucide-react/icons/chevron-down'
import ChevronUp from 'lucide-react/icons/chevron-up'
import ChevronsUpDown from 'lucide-react/icons/chevrons-up-down'
import { useState } from 'react'
import { VITALS } from '@/lib/core/vitals'
import { formatCount, formatExactCount, formatVital, NO_VALUE } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'
import { RatingSign } from './rating-mark'
import { type RouteColumn, type RouteOrder, type RouteRow, toNextOrder, toOrderedRoutes } from './route-order'
import { VITAL_ABSENCE, VITAL_NAMES } from './vital-names'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 10
const COLUMNS: readonly RouteColumn[] = ['route', 'count', ...VITALS]

type VitalRoutesTableProps = { routes: readonly RouteRow[]; onSelect: (route: string) => void }

/** p75 of every vital per route, sortable by each column. */
export function VitalRoutesTable({ routes, onSelect }: VitalRoutesTableProps) {
  const [order, setOrder] = useState<RouteOrder>({ column: 'count', direction: 'descending' })
  const [isWhole, setIsWhole] = useState(false)
  const ordered = toOrderedRoutes(routes, order)
  const shown = isWhole ? ordered : ordered.slice(0, ROWS_SHOWN)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h3 className="font-medium text-[0.8125rem]">Routes, 75th percentile</h3>
      <Table caption="Web vitals by route, 75th percentile">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <HeaderCell
                key={column}
                isFigure={column !== 'route'}
                aria-sort={order.column === column ? order.direction : 'none'}
              >
                <SortButton column={column} order={order} onSort={() => setOrder(toNextOrder(order, column))} />
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.route}>
              <Cell className="min-w-40 max-w-md">
                <button
                  type="button"
                  title={`Show only ${row.route}`}
                  onClick={() => onSelect(row.route)}
                  className="block max-w-full truncate text-left decoration-ink-faint underline-offset-2 hover:underline"
                >
                  {row.route}
                </button>
              </Cell>
              <Cell isFigure title={formatExactCount(row.count)} className="text-ink-soft">
                {formatCount(row.count)}
              </Cell>
              {VITALS.map((vital) => (
                <Cell
                  key={vital}
                  isFigure
                  title={
                    row[vital].p75 === null ? VITAL_ABSENCE[vital] : `${formatExactCount(row[vital].count)} samples`
                  }
                >
                  {row[vital].p75 === null ? (
                    <span className="text-ink-faint">{NO_VALUE}</span>
                  ) : (
                    <>
                      {formatVital(vital, row[vital].p75)} <RatingSign rating={row[vital].rating} />
                    </>
                  )}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {routes.length > ROWS_SHOWN && (
        <Button variant="quiet" size="small" className="-ml-2 self-start" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `Show ${ROWS_SHOWN}` : `Show all ${routes.length}`}
        </Button>
      )}
    </div>
  )
}

function SortButton({ column, order, onSort }: { column: RouteColumn; order: RouteOrder; onSort: () => void }) {
  const name = column === 'route' ? 'Route' : column === 'count' ? 'Loads' : VITAL_NAMES[column].short
  const Sign = order.column !== column ? ChevronsUpDown : order.direction === 'ascending' ? ChevronUp : ChevronDown
  return (
    <button type="button" onClick={onSort} className="inline-flex items-center gap-1 rounded hover:text-ink">
      {name}
      <Sign aria-hidden="true" className="size-3" />
    </button>
  )
}
