'use client'

import { Field, Select, TextInput } from '../ui/field'
import { REFERENCE_KINDS, type ReferenceKind } from './person-reference'

type ReferenceFieldsProps = {
  kind: ReferenceKind
  text: string
  onKindChange: (kind: ReferenceKind) => void
  onTextChange: (text: string) => void
  idLabel: string
  /** What is wrong with the id. */
  error?: string | undefined
}

/** Names one person: by which id, and the id. */
export function ReferenceFields({ kind, text, onKindChange, onTextChange, idLabel, error }: ReferenceFieldsProps) {
  const { hint } = REFERENCE_KINDS.find((each) => each.kind === kind) ?? REFERENCE_KINDS[0]
  return (
    <>
      <div className="w-full sm:w-52">
        <Field label="By">
          {(control) => (
            <Select {...control} value={kind} onChange={(event) => onKindChange(event.target.value as ReferenceKind)}>
              {REFERENCE_KINDS.map((each) => (
                <option key={each.kind} value={each.kind}>
                  {each.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="w-full grow sm:w-72">
        <Field label={idLabel} hint={hint} error={error}>
          {(control) => (
            <TextInput
              {...control}
              value={text}
              onChange={(event) => onTextChange(event.target.value)}
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
            />
          )}
        </Field>
      </div>
    </>
  )
}
