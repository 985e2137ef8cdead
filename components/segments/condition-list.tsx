'use client'

import Plus from 'lucide-react/icons/plus'
import X from 'lucide-react/icons/x'
import { Button } from '../ui/button'
import { SegmentedControl } from '../ui/segmented-control'
import { LeafFields, type Suggestions } from './leaf-fields'
import { createGroup, createLeaf, type GroupDraft, type LeafDraft, type SegmentDraft } from './segment-draft'

const MATCHES = [
  { value: 'all', label: 'all of these' },
  { value: 'any', label: 'any of these' },
] as const

type ListProps<Value> = { value: Value; onChange: (value: Value) => void; suggestions: Suggestions }

/** The conditions of a segment, with groups in brackets. */
export function ConditionList({ value, onChange, suggestions }: ListProps<SegmentDraft>) {
  const { rows } = value
  const set = (next: SegmentDraft['rows']) => onChange({ ...value, rows: next })
  return (
    <div className="flex flex-col gap-3">
      <MatchControl label="People match" value={value.match} onChange={(match) => onChange({ ...value, match })} />
      <ol className="flex flex-col gap-3">
        {rows.map((row, index) => (
          <li key={row.id} className="rounded-control border border-line p-3">
            {row.kind === 'group' ? (
              <GroupFields
                value={row}
                suggestions={suggestions}
                name={`Group ${index + 1}`}
                onChange={(next) => set(rows.with(index, next))}
                onRemove={rows.length > 1 ? () => set(rows.toSpliced(index, 1)) : null}
              />
            ) : (
              <LeafFields
                leaf={row}
                suggestions={suggestions}
                name={`Condition ${index + 1}`}
                onChange={(next) => set(rows.with(index, next))}
                onRemove={rows.length > 1 ? () => set(rows.toSpliced(index, 1)) : null}
              />
            )}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <AddButton text="Condition" onClick={() => set([...rows, createLeaf()])} />
        <AddButton text="Group" onClick={() => set([...rows, createGroup()])} />
      </div>
    </div>
  )
}

type GroupFieldsProps = ListProps<GroupDraft> & { name: string; onRemove: (() => void) | null }

function GroupFields({ value, onChange, suggestions, name, onRemove }: GroupFieldsProps) {
  const { leaves } = value
  const set = (next: LeafDraft[]) => onChange({ ...value, leaves: next })
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">{name}</legend>
      <div className="flex items-center justify-between gap-2">
        <MatchControl
          label={`${name} matches`}
          value={value.match}
          onChange={(match) => onChange({ ...value, match })}
        />
        {onRemove && (
          <Button variant="quiet" size="icon" aria-label={`Remove ${name.toLowerCase()}`} onClick={onRemove}>
            <X aria-hidden="true" className="size-4" />
          </Button>
        )}
      </div>
      <ol className="flex flex-col gap-3 border-line-strong border-l-2 pl-3">
        {leaves.map((leaf, index) => (
          <li key={leaf.id}>
            <LeafFields
              leaf={leaf}
              suggestions={suggestions}
              name={`${name}, condition ${index + 1}`}
              onChange={(next) => set(leaves.with(index, next))}
              onRemove={leaves.length > 1 ? () => set(leaves.toSpliced(index, 1)) : null}
            />
          </li>
        ))}
      </ol>
      <AddButton text="Condition to the group" onClick={() => set([...leaves, createLeaf()])} />
    </fieldset>
  )
}

function MatchControl({
  label,
  value,
  onChange,
}: {
  label: string
  value: 'all' | 'any'
  onChange: (match: 'all' | 'any') => void
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span aria-hidden="true" className="text-[0.8125rem] text-ink-soft">
        {label}
      </span>
      <SegmentedControl label={label} value={value} options={MATCHES} onChange={onChange} />
    </div>
  )
}

function AddButton({ text, onClick }: { text: string; onClick: () => void }) {
  return (
    <Button size="small" onClick={onClick} className="self-start">
      <Plus aria-hidden="true" className="size-3.5" />
      {text}
    </Button>
  )
}
