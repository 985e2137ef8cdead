'use client'

import Bot from 'lucide-react/icons/bot'
import RotateCw from 'lucide-react/icons/rotate-cw'
import X from 'lucide-react/icons/x'
import { useState } from 'react'
import { RANGES, type RangeName, toTimeRange } from '@/lib/core/time-range'
import { useRefreshReports } from '../data/use-refresh-reports'
import { formatClock, formatSpan } from '../format/format-time'
import type { PanelScope } from '../panels/report-panel'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { SegmentedControl } from '../ui/segmented-control'
import { useIsHydrated } from '../ui/use-is-hydrated'

const RANGE_OPTIONS = RANGES.map((range) => ({
  value: range,
  label: range,
  title: range === '24h' ? 'The last 24 hours' : `The last ${range.replace('d', '')} days`,
}))

const SECTIONS = [
  ['audience', 'Audience'],
  ['speed', 'Web vitals'],
  ['funnels', 'Funnels'],
  ['ai', 'AI'],
  ['database', 'Database'],
] as const

type DashboardToolbarProps = {
  scope: PanelScope
  onRangeChange: (range: RangeName) => void
  onBotsChange: (isIncluded: boolean) => void
  /** When the oldest figures on the page were made; null before there are any. */
  answeredAtMs: number | null
  isRefreshing: boolean
}

/** What the dashboard looks at and how fresh it is, with the controls to change both. */
export function DashboardToolbar(props: DashboardToolbarProps) {
  const { scope, onRangeChange, onBotsChange, answeredAtMs, isRefreshing } = props
  const { range, timezone } = scope
  const span = answeredAtMs === null ? null : typeof range === 'string' ? toTimeRange(range, answeredAtMs) : range
  return (
    <div className="full-bleed relative z-20 py-3 sm:sticky sm:top-0">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="font-semibold text-lg tracking-tight">Dashboard</h1>
          <p className="figures min-h-4 text-ink-faint text-xs leading-4">
            {span && `${formatSpan(span.fromMs, span.toMs, timezone)} · ${timezone}`}
          </p>
        </div>
        <nav aria-label="Sections" className="hidden gap-1 lg:flex">
          {SECTIONS.map(([id, name]) => (
            <a
              key={id}
              href={`#${id}`}
              className="rounded-control px-2.5 py-1.5 text-[0.8125rem] text-ink-soft hover:bg-sunken hover:text-ink"
            >
              {name}
            </a>
          ))}
        </nav>
        <div className="flex flex-wrap items-center gap-2">
          {scope.route !== null && <RouteChip route={scope.route} onClear={() => scope.onRouteChange(null)} />}
          <BotsToggle isIncluded={scope.includesBots} onChange={onBotsChange} />
          <SegmentedControl
            label="Time range"
            value={typeof range === 'string' ? range : '24h'}
            options={RANGE_OPTIONS}
            onChange={onRangeChange}
          />
          <RefreshButton answeredAtMs={answeredAtMs} isRefreshing={isRefreshing} />
        </div>
      </div>
    </div>
  )
}

function RouteChip({ route, onClear }: { route: string; onClear: () => void }) {
  return (
    <button
      type="button"
      onClick={onClear}
      aria-label={`Only ${route}. Show all routes`}
      title="Show all routes"
      className="inline-flex h-8.5 max-w-60 items-center gap-1.5 rounded-control bg-accent-soft px-2.5 font-medium text-[0.8125rem] text-accent"
    >
      <span className="truncate">{route}</span>
      <X aria-hidden="true" className="size-3.5 shrink-0" />
    </button>
  )
}

function BotsToggle({ isIncluded, onChange }: { isIncluded: boolean; onChange: (isIncluded: boolean) => void }) {
  return (
    <button
      type="button"
      aria-pressed={isIncluded}
      onClick={() => onChange(!isIncluded)}
      title={isIncluded ? 'Bots are counted. Leave them out' : 'Count rows marked as bots, too'}
      className={classNames(
        'inline-flex h-8.5 items-center gap-1.5 rounded-control border px-2.5 font-medium text-[0.8125rem] transition-colors',
        isIncluded
          ? 'border-warn/40 bg-warn-soft text-warn'
          : 'border-line-strong/60 bg-surface text-ink-soft hover:bg-sunken hover:text-ink',
      )}
    >
      <Bot aria-hidden="true" className="size-3.5" />
      <span className="max-sm:sr-only">Include bots</span>
    </button>
  )
}

function RefreshButton({ answeredAtMs, isRefreshing }: Pick<DashboardToolbarProps, 'answeredAtMs' | 'isRefreshing'>) {
  const refreshReports = useRefreshReports()
  const isHydrated = useIsHydrated()
  // Only a refresh that somebody asked for is announced; the one every half minute would talk into everything.
  const [announcement, setAnnouncement] = useState('')
  const refresh = async () => {
    setAnnouncement('')
    await refreshReports()
    setAnnouncement('Figures are up to date')
  }
  const clock = isHydrated && answeredAtMs !== null ? formatClock(answeredAtMs) : null
  return (
    <>
      <Button
        size="small"
        className="h-8.5"
        onClick={refresh}
        aria-label={clock === null ? 'Refresh' : `Refresh. Updated at ${clock}`}
        title={clock === null ? 'Refresh' : `Updated at ${clock}, your time`}
      >
        <RotateCw
          aria-hidden="true"
          className={classNames('size-3.5 text-ink-soft', isRefreshing && 'motion-safe:animate-spin')}
        />
        {/* Until the viewer's clock is known, its room is kept by digits of the same width. */}
        <span className={classNames('figures font-normal text-ink-soft', clock === null && 'invisible')}>
          {clock ?? '00:00:00'}
        </span>
      </Button>
      <span role="status" className="sr-only">
        {announcement}
      </span>
    </>
  )
}
