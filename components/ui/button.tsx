import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { classNames } from './class-names'

const VARIANTS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent shadow-card',
  secondary: 'bg-surface text-ink hover:bg-sunken border-line-strong/60',
  /** Something that is on, or narrows what is shown. */
  chosen: 'bg-accent-soft text-accent hover:border-accent border-accent/40',
  quiet: 'bg-transparent text-ink-soft hover:bg-sunken hover:text-ink border-transparent',
  danger: 'bg-surface text-poor hover:bg-poor-soft border-poor/50',
} as const

const SIZES = {
  small: 'h-8 px-2.5 text-[0.8125rem] gap-1.5',
  medium: 'h-9 px-3.5 text-sm gap-2',
  large: 'h-11 px-5 text-[0.9375rem] gap-2',
  icon: 'size-9 justify-center',
} as const

export type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof VARIANTS
  size?: keyof typeof SIZES
  /** Renders the one child element (a link) with the look of a button. */
  asChild?: boolean
}

/** A button, `type="button"` unless said otherwise. An icon button needs an `aria-label`. */
export function Button({ variant = 'secondary', size = 'medium', asChild, className, ...props }: ButtonProps) {
  const look = classNames(
    'inline-flex shrink-0 items-center justify-center whitespace-nowrap rounded-control border font-medium transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55',
    VARIANTS[variant],
    SIZES[size],
    className,
  )
  return asChild ? <Slot.Root className={look} {...props} /> : <button type="button" className={look} {...props} />
}
