'use client'

import { type ReactNode, Suspense } from 'react'
import { FilterBar } from './filter-bar'
import { type ReportScope, ReportScopeProvider, useReportScope } from './report-scope'

export type ReportPageProps = ReportScope & {
  title: string
  /** One line below the title: what the page answers. */
  description?: ReactNode
  /** Controls of this page alone, beside the title. */
  action?: ReactNode
  children: ReactNode
}

/**
 * The frame of an analytic page: its title, the filter bar that all such pages share, and the cards below. The page's own
 * component goes inside and reads the bar with `useReportFilters`.
 */
export function ReportPage({ title, description, action, children, ...scope }: ReportPageProps) {
  // On a shared page the link says what is looked at, whichever page it is.
  const around = useReportScope()
  const fixedSearch = scope.fixedSearch ?? around?.fixedSearch
  return (
    <ReportScopeProvider scope={fixedSearch === undefined ? scope : { ...scope, fixedSearch }}>
      {/* useSearchParams makes a statically rendered page wait for the browser; the boundary keeps that wait inside here. */}
      <Suspense>
        <div className="flex flex-col gap-5">
          <FilterBar title={title} description={description} action={action} />
          {children}
        </div>
      </Suspense>
    </ReportScopeProvider>
  )
}
