'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { RangeName } from '@/lib/core/time-range'

/** Whose figures a page shows, and how. */
export type ReportScope = {
  /** The project's slug. */
  project: string
  /** IANA zone of days and hours; null for the viewer's, once it is known. */
  timezone: string | null
  /** The range where the address names none. */
  rangeDefault?: RangeName
  /** On a shared page: the query string that holds instead of the address's, which then changes nothing. */
  fixedSearch?: string
}

const Scope = createContext<ReportScope | null>(null)

/** Tells everything inside whose figures it shows. `ReportPage` renders it; other places only where there is no such page. */
export function ReportScopeProvider({ scope, children }: { scope: ReportScope; children: ReactNode }) {
  return <Scope value={scope}>{children}</Scope>
}

/** The scope of the page around, null outside of one. */
export function useReportScope(): ReportScope | null {
  return useContext(Scope)
}
