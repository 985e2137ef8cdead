'use client'

import GitCompareArrows from 'lucide-react/icons/git-compare-arrows'
import type { ReactNode } from 'react'
import { toPreviousRange } from '@/lib/core/time-range'
import { formatSpan } from '../format/format-time'
import { Button } from '../ui/button'
import { useMinute } from '../ui/use-minute'
import { SavedViews } from '../views/saved-views'
import { FilterChips } from './filter-chips'
import { FilterMenu } from './filter-menu'
import { RangePicker } from './range-picker'
import { type Freshness, RefreshButton } from './refresh-button'
import { toSpanRange } from './to-report-query'
import { type ReportFilters, useReportFilters } from './use-report-filters'

type FilterBarProps = {
  title: string
  description?: ReactNode
  /** Controls of the page alone. */
  action?: ReactNode
  freshness?: Freshness | undefined
}

/** What a page looks at, with the controls to change it; stays at the top while the page scrolls, where there is room. */
export function FilterBar({ title, description, action, freshness }: FilterBarProps) {
  const filters = useReportFilters()
  const { span, timezone, compare, canChange, set } = filters
  return (
    <header className="full-bleed relative z-20 py-3 lg:sticky lg:top-0">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2.5">
        <div className="flex min-w-0 items-start justify-between gap-3 max-sm:w-full">
          <div className="min-w-0">
            <h1 className="font-semibold text-lg leading-6 tracking-tight">{title}</h1>
            <SpanText {...filters} />
          </div>
          {canChange && (
            <div className="sm:hidden">
              <RefreshButton freshness={freshness} />
            </div>
          )}
        </div>
        <div className="flex min-w-0 flex-wrap items-center gap-1.5">
          {canChange && (
            <>
              <RangePicker span={span} timezone={timezone} onChange={(next) => set({ span: next })} />
              <CompareToggle isOn={compare} onChange={(isOn) => set({ compare: isOn })} />
              <FilterMenu {...filters} />
              <SavedViews project={filters.project} />
              <div className="max-sm:hidden">
                <RefreshButton freshness={freshness} />
              </div>
            </>
          )}
          {action}
        </div>
      </div>
      <div className="mt-2 empty:hidden">
        <FilterChips {...filters} />
      </div>
      {description && <p className="mt-1.5 max-w-3xl text-ink-soft text-[0.8125rem]">{description}</p>}
    </header>
  )
}

/** The time that is shown, and the one it is compared with, in the words of the calendar. */
function SpanText({ span, timezone, compare }: Pick<ReportFilters, 'span' | 'timezone' | 'compare'>) {
  const nowMs = useMinute()
  const range = nowMs === null ? null : toSpanRange(span, timezone, nowMs)
  const before = range && toPreviousRange(range)
  return (
    <p className="figures min-h-4 text-ink-faint text-xs leading-4">
      {range && `${formatSpan(range.fromMs, range.toMs - 1, timezone)} · ${timezone}`}
      {compare && before && ` · against ${formatSpan(before.fromMs, before.toMs - 1, timezone)}`}
    </p>
  )
}

function CompareToggle({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <Button
      size="small"
      aria-pressed={isOn}
      aria-label="Compare with the period before"
      title="Compare with the same length of time before"
      onClick={() => onChange(!isOn)}
      variant={isOn ? 'chosen' : 'secondary'}
      className="h-8.5"
    >
      <GitCompareArrows aria-hidden="true" className="size-3.5" />
      <span className="max-sm:hidden">Compare</span>
    </Button>
  )
}
