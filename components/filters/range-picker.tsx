'use client'

import CalendarDays from 'lucide-react/icons/calendar-days'
import { type FormEvent, useState } from 'react'
import { type LocalDate, parseLocalDate, toLocalDate } from '@/lib/core/local-date'
import { RANGES, type RangeName } from '@/lib/core/time-range'
import { formatDays } from '../format/format-time'
import { Button } from '../ui/button'
import { Field, TextInput } from '../ui/field'
import { Popup } from '../ui/popup'
import { SegmentedControl } from '../ui/segmented-control'
import { toDatePresets } from './date-presets'
import type { ReportSpan } from './parse-report-filters'

const RANGE_OPTIONS = RANGES.map((range) => ({
  value: range,
  label: range,
  title: range === '24h' ? 'The last 24 hours' : `The last ${range.replace('d', '')} days`,
}))

type RangePickerProps = { span: ReportSpan; timezone: string; onChange: (span: ReportSpan) => void }

/** Chooses a named range or days of the calendar. */
export function RangePicker({ span, timezone, onChange }: RangePickerProps) {
  const [isOpen, setIsOpen] = useState(false)
  const choose = (firstDay: LocalDate, lastDay: LocalDate) => {
    onChange({ kind: 'days', firstDay, lastDay })
    setIsOpen(false)
  }
  const text = span.kind === 'days' ? formatDays(span.firstDay, span.lastDay) : null
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <SegmentedControl<RangeName | ''>
        label="Time range"
        value={span.kind === 'range' ? span.range : ''}
        options={RANGE_OPTIONS}
        onChange={(range) => range !== '' && onChange({ kind: 'range', range })}
      />
      <Popup
        title="Dates"
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        trigger={
          <Button
            size="small"
            aria-label={text === null ? 'Choose dates' : `Dates: ${text}. Change`}
            variant={text === null ? 'secondary' : 'chosen'}
            className="h-8.5"
          >
            <CalendarDays aria-hidden="true" className="size-3.5" />
            {text !== null && <span className="max-sm:hidden">{text}</span>}
          </Button>
        }
      >
        <DateForm span={span} timezone={timezone} onChoose={choose} />
      </Popup>
    </div>
  )
}

type DateFormProps = Omit<RangePickerProps, 'onChange'> & {
  onChoose: (firstDay: LocalDate, lastDay: LocalDate) => void
}

function DateForm({ span, timezone, onChoose }: DateFormProps) {
  // Only ever drawn in an open popup, so in a browser: its clock may be asked.
  const [today] = useState(() => toLocalDate(Date.now(), timezone))
  const [first, setFirst] = useState(span.kind === 'days' ? span.firstDay : today)
  const [last, setLast] = useState(span.kind === 'days' ? span.lastDay : today)
  const [error, setError] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const [firstDay, lastDay] = [parseLocalDate(first), parseLocalDate(last)]
    if (firstDay === null || lastDay === null) setError('Give both days.')
    else if (firstDay > lastDay) setError('The first day lies after the last.')
    else onChoose(firstDay, lastDay)
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-1.5">
        {toDatePresets(today).map(({ name, firstDay, lastDay }) => (
          <Button
            key={name}
            size="small"
            variant="quiet"
            className="justify-start"
            onClick={() => onChoose(firstDay, lastDay)}
          >
            {name}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-3 border-line border-t pt-3">
        <Field label="First day">
          {(control) => (
            <TextInput
              {...control}
              type="date"
              value={first}
              max="9998-12-31"
              onChange={(event) => setFirst(event.target.value)}
            />
          )}
        </Field>
        <Field label="Last day" error={error}>
          {(control) => (
            <TextInput
              {...control}
              type="date"
              value={last}
              max="9998-12-31"
              onChange={(event) => setLast(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div className="flex items-center justify-between gap-3">
        <p className="text-ink-faint text-xs">Midnight to midnight, {timezone}</p>
        <Button type="submit" variant="primary" size="small">
          Show
        </Button>
      </div>
    </form>
  )
}
