import { Skeleton, TableSkeleton } from '../ui/skeleton'

/** Stands for a panel of calls while it loads: a row of figures, two charts, one table. */
export function CallsSkeleton() {
  return (
    <>
      <Skeleton className="h-34" />
      <div className="grid gap-8 lg:grid-cols-2">
        <Skeleton className="h-64" />
        <Skeleton className="h-64" />
      </div>
      <TableSkeleton rows={5} />
    </>
  )
}
