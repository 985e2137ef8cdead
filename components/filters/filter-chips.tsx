'use client'

import Bot from 'lucide-react/icons/bot'
import X from 'lucide-react/icons/x'
import type { ReactNode } from 'react'
import { useSegments } from '../data/use-filter-values'
import { classNames } from '../ui/class-names'
import { FILTER_FIELDS_SHOWN } from './filter-fields'
import type { ReportFilters } from './use-report-filters'

type FilterChipsProps = Pick<ReportFilters, 'project' | 'filter' | 'bots' | 'set' | 'clearFilters' | 'canChange'>

/** What the figures are narrowed to, each part removable; nothing when they are whole. */
export function FilterChips({ project, filter, bots, set, clearFilters, canChange }: FilterChipsProps) {
  const segments = useSegments(filter.segment !== undefined && canChange ? project : null)
  const segmentName = segments.data?.find(({ id }) => id === filter.segment)?.name
  const shown = FILTER_FIELDS_SHOWN.flatMap((field) => {
    const value = filter[field.name]
    if (value === undefined) return []
    return [{ ...field, value: field.name === 'segment' ? (segmentName ?? 'saved segment') : field.format(value) }]
  })
  if (shown.length === 0 && !bots) return null
  return (
    <ul aria-label="Filters" className="flex flex-wrap items-center gap-1.5">
      {shown.map(({ name, label, value, Icon }) => (
        <Chip key={name} tone="accent" {...(canChange && { onRemove: () => set({ filter: { [name]: null } }) })}>
          <Icon aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="shrink-0 font-normal">{label}</span>
          <span className="truncate">{value}</span>
        </Chip>
      ))}
      {bots && (
        <Chip tone="warn" {...(canChange && { onRemove: () => set({ bots: false }) })}>
          <Bot aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="truncate">Bots are counted</span>
        </Chip>
      )}
      {canChange && shown.length > 1 && (
        <li>
          <button
            type="button"
            onClick={clearFilters}
            className="h-7 rounded-control px-2 font-medium text-ink-soft text-xs hover:bg-sunken hover:text-ink"
          >
            Clear all
          </button>
        </li>
      )}
    </ul>
  )
}

const CHIP_TONES = { accent: 'bg-accent-soft text-accent', warn: 'bg-warn-soft text-warn' } as const

type ChipProps = { tone: keyof typeof CHIP_TONES; onRemove?: () => void; children: ReactNode }

function Chip({ tone, onRemove, children }: ChipProps) {
  const look = classNames(
    'inline-flex h-7 max-w-72 items-center gap-1.5 rounded-control px-2 font-medium text-xs',
    CHIP_TONES[tone],
  )
  return (
    <li className="min-w-0">
      {onRemove ? (
        <button type="button" onClick={onRemove} title="Remove" className={look}>
          {children}
          <span className="sr-only">Remove</span>
          <X aria-hidden="true" className="size-3.5 shrink-0" />
        </button>
      ) : (
        <span className={look}>{children}</span>
      )}
    </li>
  )
}
