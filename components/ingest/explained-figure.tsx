import { NO_VALUE } from '../format/format-number'
import { Skeleton } from '../ui/skeleton'

type ExplainedFigureProps = {
  label: string
  /** How it is counted or measured, in one or two lines that are always there. */
  help: string
  /** Undefined while it loads, null when there is nothing to measure; `absence` then says why. */
  value: string | null | undefined
  absence?: string
  /** The value with all its digits, on hover. */
  exact?: string
}

/** A figure that says how it came about. Of one size while it loads and afterwards. */
export function ExplainedFigure({ label, help, value, absence, exact }: ExplainedFigureProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <dt className="text-ink-soft text-xs">{label}</dt>
      <dd className="figures h-7 font-semibold text-lg leading-7 tracking-tight">
        {value === undefined ? (
          <Skeleton className="h-full w-20" />
        ) : value === null ? (
          <span className="text-ink-faint" title={absence}>
            {NO_VALUE}
          </span>
        ) : (
          <span title={exact}>{value}</span>
        )}
      </dd>
      <dd className="text-ink-faint text-xs leading-4">{value === null && absence ? absence : help}</dd>
    </div>
  )
}
