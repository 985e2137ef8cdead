import type { ReactNode } from 'react'
import type { Change } from '../format/change'
import { NO_VALUE } from '../format/format-number'
import { classNames } from '../ui/class-names'
import { Skeleton } from '../ui/skeleton'
import { ChangeMark } from './change-mark'

/** One figure as it is shown. `value` is null when nothing was measured, and `absence` then says why. */
export type FigureContent = {
  value: string | null
  absence?: string | undefined
  /** The value with all its digits, on hover. */
  exact?: string | undefined
  /** A sign beside the value, such as a rating. */
  sign?: ReactNode
  change?: Change | undefined
  /** The value of the period before, formatted. */
  previous?: string | undefined
  note?: string | undefined
}

type FigureProps = { label: string; content?: FigureContent; isLarge?: boolean; className?: string }

/** A labelled figure with its change; of one size while it loads (`content` undefined) and afterwards. */
export function Figure({ label, content, isLarge, className }: FigureProps) {
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1', className)}>
      <dt className="truncate text-ink-soft text-xs">{label}</dt>
      <dd
        className={classNames(
          'figures flex items-baseline gap-1.5 font-semibold tracking-tight',
          isLarge ? 'h-8 text-2xl leading-8' : 'h-6 text-base leading-6',
        )}
      >
        {content ? (
          <FigureValue content={content} isExplained={isLarge ?? false} />
        ) : (
          <Skeleton className="h-full w-20" />
        )}
      </dd>
      {isLarge && (
        <dd className="flex min-h-4 flex-wrap items-center gap-x-1.5 text-ink-faint text-xs leading-4">
          {content ? <FigureNote content={content} /> : <Skeleton className="h-3.5 w-28" />}
        </dd>
      )}
      {!isLarge && content?.note && <dd className="truncate text-ink-faint text-xs leading-4">{content.note}</dd>}
    </div>
  )
}

type FigureValueProps = { content: FigureContent; isExplained: boolean }

function FigureValue({ content: { value, absence, exact, sign }, isExplained }: FigureValueProps) {
  if (value === null) {
    return (
      <span className="text-ink-faint" title={absence}>
        {NO_VALUE}
        {!isExplained && <span className="sr-only"> {absence}</span>}
      </span>
    )
  }
  return (
    <>
      <span title={exact}>{value}</span>
      {sign}
    </>
  )
}

function FigureNote({ content: { value, absence, change, previous, note } }: { content: FigureContent }) {
  if (value === null) return <span>{absence}</span>
  return (
    <>
      {change?.kind === 'unknown' ? <span>{change.reason}</span> : change && <ChangeMark change={change} />}
      {(change?.kind === 'changed' || change?.kind === 'new') && previous && (
        <span className="figures">was {previous}</span>
      )}
      {note && <span className="figures truncate">{note}</span>}
    </>
  )
}
