import { classNames } from './class-names'

/** A placeholder of the size that `className` gives it. Silent for screen readers: its panel announces the loading. */
export function Skeleton({ className }: { className: string }) {
  return <div aria-hidden="true" className={classNames('skeleton', className)} />
}

/** Placeholder rows for a table with `rows` rows. */
export function TableSkeleton({ rows }: { rows: number }) {
  return (
    <div aria-hidden="true" className="flex flex-col gap-2.5 py-2">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={index} className="flex items-center gap-6">
          <Skeleton className="h-5 grow" />
          <Skeleton className="h-5 w-14" />
          <Skeleton className="h-5 w-14" />
        </div>
      ))}
    </div>
  )
}
