'use client'

import { useState } from 'react'
import type { FeaturesReport } from '@/lib/contracts/features'
import { ShareBar } from '../charts/share-bar'
import { Sparkline } from '../charts/sparkline'
import { formatCount, formatExactCount, formatRatio, NO_VALUE } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'

/** Rows shown before "Show all". */
const ROWS_SHOWN = 10

type FeatureTableProps = {
  caption: string
  nameLabel: string
  report: FeaturesReport
  /** Makes each name a button; absent for values. */
  onSelect?: ((event: string) => void) | undefined
  selected?: string | null
}

/** Features with their adoption and use, those with most people first. */
export function FeatureTable({ caption, nameLabel, report, onSelect, selected }: FeatureTableProps) {
  const { features, omitted } = report
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? features : features.slice(0, ROWS_SHOWN)
  return (
    <>
      <Table caption={caption}>
        <thead>
          <tr>
            <HeaderCell>{nameLabel}</HeaderCell>
            <HeaderCell isFigure>People</HeaderCell>
            <HeaderCell isFigure>Share of actives</HeaderCell>
            <HeaderCell isFigure>New users</HeaderCell>
            <HeaderCell isFigure>Repeat</HeaderCell>
            <HeaderCell isFigure>Uses</HeaderCell>
            <HeaderCell isFigure>Per person</HeaderCell>
            <HeaderCell isFigure>People per day</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {shown.map((feature) => {
            const name = nameValue(feature.value)
            return (
              <tr key={JSON.stringify(feature.value)} className={name === selected ? 'bg-accent-soft/50' : undefined}>
                <Cell className="w-full min-w-40 max-w-0">
                  <span className="relative flex h-7 items-center px-2">
                    <ShareBar share={feature.shareOfActives ?? 0} />
                    {onSelect ? (
                      <button
                        type="button"
                        aria-pressed={name === selected}
                        title={`Look at ${name} more closely`}
                        onClick={() => onSelect(name)}
                        className="relative truncate text-left decoration-ink-faint underline-offset-2 hover:underline"
                      >
                        {name}
                      </button>
                    ) : (
                      <span className="relative truncate" title={name}>
                        {name}
                      </span>
                    )}
                  </span>
                </Cell>
                <Cell isFigure title={formatExactCount(feature.people)} className="font-medium">
                  {formatCount(feature.people)}
                </Cell>
                <Cell isFigure>{formatRatio(feature.shareOfActives)}</Cell>
                <Cell isFigure title={formatExactCount(feature.firstUsePeople)}>
                  {formatCount(feature.firstUsePeople)}
                </Cell>
                <Cell isFigure>{formatRatio(feature.repeatRatio)}</Cell>
                <Cell isFigure title={formatExactCount(feature.uses)} className="text-ink-soft">
                  {formatCount(feature.uses)}
                </Cell>
                <Cell isFigure className="text-ink-soft">
                  {feature.usesPerPerson === null ? NO_VALUE : feature.usesPerPerson.toFixed(1)}
                </Cell>
                <Cell isFigure>
                  <Sparkline values={feature.trend} />
                  <span className="sr-only">
                    from {formatCount(feature.trend[0] ?? 0)} to {formatCount(feature.trend.at(-1) ?? 0)}, at most{' '}
                    {formatCount(Math.max(0, ...feature.trend))}
                  </span>
                </Cell>
              </tr>
            )
          })}
        </tbody>
      </Table>
      {features.length > ROWS_SHOWN && (
        <Button variant="quiet" size="small" className="-ml-2 self-start" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? `Show ${ROWS_SHOWN}` : `Show all ${features.length}`}
        </Button>
      )}
      {isWhole && omitted > 0 && (
        <p className="text-ink-faint text-xs">
          {formatExactCount(omitted)} with fewer people {omitted === 1 ? 'is' : 'are'} not listed.
        </p>
      )}
    </>
  )
}

function nameValue(value: FeaturesReport['features'][number]['value']): string {
  if (value === null) return 'without a value'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
