'use client'

import X from 'lucide-react/icons/x'
import type { ReactNode } from 'react'
import { RANGES } from '@/lib/core/time-range'
import { SegmentedControl } from '../ui/segmented-control'
import { FILTER_NAMES } from './parse-report-filters'
import { useReportFilters } from './use-report-filters'

const RANGE_OPTIONS = RANGES.map((range) => ({
  value: range,
  label: range,
  title: range === '24h' ? 'The last 24 hours' : `The last ${range.replace('d', '')} days`,
}))

type FilterBarProps = { title: string; description?: ReactNode; action?: ReactNode }

/** What the page looks at, with the controls to change it; stays at the top while the page scrolls. */
export function FilterBar({ title, description, action }: FilterBarProps) {
  const { span, filter, set } = useReportFilters()
  return (
    <div className="full-bleed relative z-20 py-3 sm:sticky sm:top-0">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
          {description && <p className="text-ink-faint text-xs">{description}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {FILTER_NAMES.map((name) =>
            filter[name] === undefined ? null : (
              <button
                key={name}
                type="button"
                onClick={() => set({ filter: { [name]: null } })}
                className="inline-flex h-8.5 max-w-60 items-center gap-1.5 rounded-control bg-accent-soft px-2.5 font-medium text-[0.8125rem] text-accent"
              >
                <span className="truncate">{filter[name]}</span>
                <X aria-hidden="true" className="size-3.5 shrink-0" />
              </button>
            ),
          )}
          <SegmentedControl
            label="Time range"
            value={span.kind === 'range' ? span.range : '24h'}
            options={RANGE_OPTIONS}
            onChange={(range) => set({ span: { kind: 'range', range } })}
          />
          {action}
        </div>
      </div>
    </div>
  )
}
