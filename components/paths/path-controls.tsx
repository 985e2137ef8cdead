'use client'

import Milestone from 'lucide-react/icons/milestone'
import { useId, useState } from 'react'
import { PATH_BRANCHES_MAX, PATH_DEPTH_MAX } from '@/lib/contracts/paths'
import type { ReportQuery } from '../data/report-query'
import { useEventsReport } from '../data/use-events-report'
import { formatCount } from '../format/format-number'
import { changeUrlParams } from '../shell/change-url'
import { Button } from '../ui/button'
import { Combobox } from '../ui/combobox'
import { Select } from '../ui/field'
import { Popup } from '../ui/popup'
import { SegmentedControl } from '../ui/segmented-control'
import { type PathQuestion, toAnchorText, toPathParams } from './path-question'

const change = (part: Partial<PathQuestion>) => changeUrlParams(toPathParams(part))

/** Where paths begin, which way they go, how far, and what counts as a step. */
export function PathControls({ question, query }: { question: PathQuestion; query: ReportQuery }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <AnchorMenu question={question} query={query} />
      <SegmentedControl
        label="Direction"
        value={question.direction}
        options={[
          { value: 'after', label: 'What comes next' },
          { value: 'before', label: 'What came before' },
        ]}
        onChange={(direction) => change({ direction })}
      />
      <SegmentedControl
        label="Steps are"
        value={question.by}
        options={[
          { value: 'page', label: 'Pages' },
          { value: 'event', label: 'Events' },
        ]}
        onChange={(by) => change({ by })}
      />
      <CountSelect label="Steps" max={PATH_DEPTH_MAX} value={question.depth} onChange={(depth) => change({ depth })} />
      <CountSelect
        label="Branches"
        max={PATH_BRANCHES_MAX}
        value={question.branches}
        onChange={(branches) => change({ branches })}
      />
    </div>
  )
}

type CountSelectProps = { label: string; max: number; value: number; onChange: (value: number) => void }

function CountSelect({ label, max, value, onChange }: CountSelectProps) {
  const id = useId()
  return (
    <span className="flex items-center gap-1.5 text-[0.8125rem] text-ink-soft">
      <label htmlFor={id}>{label}</label>
      <Select id={id} className="w-16!" value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {Array.from({ length: max }, (_, index) => index + 1).map((count) => (
          <option key={count} value={count}>
            {count}
          </option>
        ))}
      </Select>
    </span>
  )
}

type Kind = 'page' | 'event'

/** Chooses the anchor among the pages and events that occur in the range. */
function AnchorMenu({ question, query }: { question: PathQuestion; query: ReportQuery }) {
  const [isOpen, setIsOpen] = useState(false)
  const [kind, setKind] = useState<Kind>('page')
  const report = useEventsReport(isOpen ? query : null, { refreshIntervalMs: 0 }).data?.report
  const options =
    kind === 'page'
      ? (report?.pages ?? []).map(({ route, people }) => ({ value: route, label: route, note: formatCount(people) }))
      : (report?.top ?? []).map(({ event, people }) => ({ value: event, label: event, note: formatCount(people) }))
  const choose = (anchor: PathQuestion['anchor']) => {
    change({ anchor })
    setIsOpen(false)
  }
  const isSession = question.anchor.kind === 'session'
  return (
    <Popup
      title="Begin at"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      trigger={
        <Button className="max-w-full" variant={isSession ? 'secondary' : 'chosen'}>
          <Milestone aria-hidden="true" className="size-4 shrink-0" />
          <span className="truncate">
            {isSession
              ? toAnchorText(question)
              : `${question.direction === 'after' ? 'After' : 'Before'} ${toAnchorText(question)}`}
          </span>
        </Button>
      }
    >
      <Button size="small" variant={isSession ? 'chosen' : 'secondary'} onClick={() => choose({ kind: 'session' })}>
        {question.direction === 'after' ? 'The start of the session' : 'The end of the session'}
      </Button>
      <SegmentedControl<Kind>
        label="Kind of anchor"
        value={kind}
        options={[
          { value: 'page', label: 'A page' },
          { value: 'event', label: 'An event' },
        ]}
        onChange={setKind}
      />
      <Combobox
        key={kind}
        label={kind === 'page' ? 'Page' : 'Event'}
        placeholder={kind === 'page' ? 'Search pages' : 'Search events'}
        options={options}
        isOpenEnded
        empty={report ? 'Nothing matches.' : 'Loading …'}
        onChoose={(name) => choose({ kind, name })}
      />
    </Popup>
  )
}
