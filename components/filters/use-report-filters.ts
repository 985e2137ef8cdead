'use client'

import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import type { ReportQuery } from '../data/report-query'
import { changeUrlParams } from '../shell/change-url'
import {
  FILTER_NAMES,
  type FilterPatch,
  type FilterState,
  parseReportFilters,
  toFilterParams,
} from './parse-report-filters'
import { useReportScope } from './report-scope'
import { type ReportBody, toReportBody, toReportQuery } from './to-report-query'

export type ReportFilters = FilterState & {
  /** The project's slug. */
  project: string
  /** IANA zone in which days and hours of the figures are named. */
  timezone: string
  /** For GET reports: `useReportResource({ method: 'GET', path, query }, …)`. */
  query: ReportQuery
  /** For POST reports, to be spread into their own fields; the project goes into the query: `{ project }`. */
  body: ReportBody
  /** False where the page is shared and nothing can be changed. */
  canChange: boolean
  /** Changes some of it: a step in the browser's history. */
  set: (patch: FilterPatch) => void
  /** Takes out every filter; range, comparison and bots stay. */
  clearFilters: () => void
}

const NO_FILTERS = Object.fromEntries(FILTER_NAMES.map((name) => [name, null]))

/**
 * What the one filter bar says, from the address. `query`, `body` and `filter` are the same objects as long as it says the same.
 * Must be used inside a `ReportPage`; outside of one, project and zone are `default` and UTC.
 */
export function useReportFilters(): ReportFilters {
  const scope = useReportScope()
  const address = (useSearchParams() ?? new URLSearchParams()).toString()
  const text = scope?.fixedSearch ?? address
  const project = scope?.project ?? 'default'
  const timezone = scope?.timezone ?? null
  const rangeDefault = scope?.rangeDefault
  const canChange = scope?.fixedSearch === undefined
  return useMemo(() => {
    const state = parseReportFilters(new URLSearchParams(text), rangeDefault)
    const set = (patch: FilterPatch) => {
      if (canChange) changeUrlParams(toFilterParams(patch))
    }
    return {
      ...state,
      project,
      timezone: timezone ?? 'UTC',
      query: toReportQuery(state, { project, timezone }),
      body: toReportBody(state, { project, timezone }),
      canChange,
      set,
      clearFilters: () => set({ filter: NO_FILTERS }),
    }
  }, [text, project, timezone, rangeDefault, canChange])
}
