'use client'

import { RadioGroup } from 'radix-ui'
import { classNames } from './class-names'

type SegmentedControlProps<Value extends string> = {
  /** What is chosen, for screen readers. */
  label: string
  value: Value
  options: readonly { value: Value; label: string; title?: string }[]
  onChange: (value: Value) => void
  className?: string
}

/** One choice out of a few, all visible: a radio group, moved with the arrow keys. */
export function SegmentedControl<Value extends string>(props: SegmentedControlProps<Value>) {
  const { label, value, options, onChange, className } = props
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      orientation="horizontal"
      className={classNames('inline-flex rounded-control border border-line bg-sunken p-0.5', className)}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          title={option.title}
          className={classNames(
            'h-7.5 min-w-11 rounded-[0.375rem] px-2.5 text-[0.8125rem] font-medium text-ink-soft transition-colors hover:text-ink',
            'data-[state=checked]:bg-surface data-[state=checked]:text-ink data-[state=checked]:shadow-card',
          )}
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
