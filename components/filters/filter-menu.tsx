'use client'

import ArrowLeft from 'lucide-react/icons/arrow-left'
import ListFilter from 'lucide-react/icons/list-filter'
import { useState } from 'react'
import type { ReportQuery } from '../data/report-query'
import { useFilterValues, useSegments } from '../data/use-filter-values'
import { formatCount } from '../format/format-number'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { Combobox, type ComboboxOption } from '../ui/combobox'
import { Popup } from '../ui/popup'
import { FILTER_FIELDS_SHOWN, type FilterField } from './filter-fields'
import type { FilterName } from './parse-report-filters'
import type { ReportFilters } from './use-report-filters'

type FilterMenuProps = Pick<ReportFilters, 'project' | 'query' | 'filter' | 'bots' | 'set'>

/** Adds a filter in two steps: what to look at, then which of its values. */
export function FilterMenu(props: FilterMenuProps) {
  const { filter, bots, set } = props
  const [isOpen, setIsOpen] = useState(false)
  const [field, setField] = useState<FilterField | null>(null)
  const count = Object.keys(filter).length
  const change = (open: boolean) => {
    setIsOpen(open)
    setField(null)
  }
  return (
    <Popup
      title={field === null ? 'Filter' : `Filter by ${field.label.toLowerCase()}`}
      isOpen={isOpen}
      onOpenChange={change}
      trigger={
        <Button
          size="small"
          className="h-8.5"
          variant={count === 0 ? 'secondary' : 'chosen'}
          aria-label={count === 0 ? 'Filter' : `Filter, ${count} set`}
        >
          <ListFilter aria-hidden="true" className="size-3.5" />
          <span className="max-sm:hidden">Filter</span>
        </Button>
      }
    >
      {field === null ? (
        <>
          <ul className="flex flex-col gap-px">
            {FILTER_FIELDS_SHOWN.map((each) => (
              <li key={each.name}>
                <button
                  type="button"
                  onClick={() => setField(each)}
                  className="flex min-h-9 w-full items-center gap-2.5 rounded-control px-2.5 text-left hover:bg-sunken"
                >
                  <each.Icon aria-hidden="true" className="size-4 text-ink-faint" />
                  {each.label}
                  {filter[each.name] !== undefined && <span className="ml-auto text-accent text-xs">set</span>}
                </button>
              </li>
            ))}
          </ul>
          <div className="border-line border-t px-2.5 pt-3">
            <Checkbox
              label="Include bots"
              hint="Count rows marked as bots, too."
              checked={bots}
              onCheckedChange={(isChecked) => set({ bots: isChecked })}
            />
          </div>
        </>
      ) : (
        <>
          <Button variant="quiet" size="small" className="-mb-1 self-start" onClick={() => setField(null)}>
            <ArrowLeft aria-hidden="true" className="size-3.5" />
            All filters
          </Button>
          <ValuePicker
            key={field.name}
            {...props}
            field={field}
            onChoose={(value) => {
              set({ filter: { [field.name]: value } as Partial<Record<FilterName, string>> })
              change(false)
            }}
          />
        </>
      )}
    </Popup>
  )
}

type ValuePickerProps = {
  project: string
  query: ReportQuery
  field: FilterField
  onChoose: (value: string) => void
}

function ValuePicker({ project, query, field, onChoose }: ValuePickerProps) {
  const { name, source, label, format } = field
  const segments = useSegments(source === 'segments' ? project : null)
  const values = useFilterValues(name, source === 'segments' ? null : source, query)
  const { isLoading, error } = source === 'segments' ? segments : values
  const options: ComboboxOption[] =
    source === 'segments'
      ? (segments.data ?? []).map((each) => ({ value: each.id, label: each.name }))
      : (values.data ?? []).map(({ value, people }) => ({
          value,
          label: format(value),
          note: people === 1 ? '1 person' : `${formatCount(people)} people`,
        }))
  return (
    <Combobox
      label={label}
      placeholder={source === 'segments' ? 'Search segments' : `Search or type a ${label.toLowerCase()}`}
      options={options}
      onChoose={onChoose}
      isOpenEnded={source !== 'segments'}
      autoFocus
      empty={
        isLoading ? 'Loading…' : error ? error.message : source === 'segments' ? NO_SEGMENT : 'None in this period.'
      }
    />
  )
}

const NO_SEGMENT = 'No segment is saved yet: make one on the page Segments.'
