'use client'

import { type ComponentProps, type ReactNode, useId } from 'react'

type CheckboxProps = Omit<ComponentProps<'input'>, 'type' | 'onChange'> & {
  label: string
  /** What holds when it is on, or what it costs. */
  hint?: ReactNode
  onCheckedChange: (isChecked: boolean) => void
}

/** A yes or no with its label to the right; the whole label is the target. */
export function Checkbox({ label, hint, onCheckedChange, ...props }: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2.5">
      <input
        {...props}
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onCheckedChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 disabled:opacity-60"
      />
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-[0.8125rem]">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-ink-faint text-xs">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}
