import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

/**
 * A table with a caption for screen readers. Wide tables scroll inside their own region, which the keyboard can reach, so the
 * page itself never scrolls sideways.
 */
export function Table({ caption, className, children }: { caption: string; className?: string; children: ReactNode }) {
  const look = classNames('fade-sideways relative overflow-x-auto', className)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
    <section aria-label={caption} tabIndex={0} className={look}>
      <table className="w-full border-collapse text-[0.8125rem]">
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  )
}

/** A column's heading; figures stand on the right. */
export function HeaderCell({ isFigure, className, ...props }: ComponentProps<'th'> & { isFigure?: boolean }) {
  return (
    <th
      scope="col"
      className={classNames(
        'whitespace-nowrap border-b border-line px-2 pb-2 font-medium text-ink-faint text-xs first:pl-0 last:pr-0',
        isFigure ? 'text-right' : 'text-left',
        className,
      )}
      {...props}
    />
  )
}

/** A cell; figures stand on the right with digits in columns. */
export function Cell({ isFigure, className, ...props }: ComponentProps<'td'> & { isFigure?: boolean }) {
  return (
    <td
      className={classNames(
        'h-9 border-b border-line/70 px-2 align-middle first:pl-0 last:pr-0',
        isFigure && 'figures whitespace-nowrap text-right',
        className,
      )}
      {...props}
    />
  )
}
