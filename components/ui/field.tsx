'use client'

import { type ComponentProps, type ReactNode, useId } from 'react'
import { classNames } from './class-names'

const CONTROL =
  'w-full rounded-control border bg-surface px-3 text-sm text-ink placeholder:text-ink-faint disabled:opacity-60'

type FieldProps = {
  label: string
  hint?: ReactNode
  /** What is wrong with the value; announced with the field. */
  error?: string | undefined
  children: (control: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean }) => ReactNode
}

/** A labelled form field with its hint and its error bound to the control. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-[0.8125rem]">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error !== undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-ink-faint text-xs">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="font-medium text-poor text-xs">
          {error}
        </p>
      )}
    </div>
  )
}

/** A one-line input. */
export function TextInput({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input className={classNames(CONTROL, 'h-9 border-line-strong aria-invalid:border-poor', className)} {...props} />
  )
}

/** An input of several lines. */
export function TextArea({ className, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea
      className={classNames(
        CONTROL,
        'border-line-strong py-2 font-mono text-[0.8125rem] aria-invalid:border-poor',
        className,
      )}
      {...props}
    />
  )
}

/** The platform's own select: it works with every keyboard, screen reader and phone. */
export function Select({ className, ...props }: ComponentProps<'select'>) {
  return (
    <select className={classNames(CONTROL, 'h-9 border-line-strong aria-invalid:border-poor', className)} {...props} />
  )
}
