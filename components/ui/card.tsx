import type { ComponentProps } from 'react'
import { classNames } from './class-names'

/** A raised area that groups what belongs together. */
export function Card({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div
      className={classNames('min-w-0 rounded-card border border-line bg-surface shadow-card', className)}
      {...props}
    />
  )
}
