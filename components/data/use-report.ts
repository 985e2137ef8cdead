'use client'

import useSWR from 'swr'
import type { ZodType } from 'zod'
import { type ReportQuery, type ReportRange, toReportPath, toReportRange } from './report-query'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'

/** A report with what must be known to name its figures: what it answers, the range it is of and the instant it was made. */
export type DatedReport<Report> = { report: Report; path: string; range: ReportRange; answeredAtMs: number }

/** What a panel draws from. While another question loads, `data` stays the old one and `isStale` says so. */
export type ReportState<Report> = {
  data: DatedReport<Report> | undefined
  /** The last attempt's failure; `data` may still hold the figures from before. */
  error: RequestError | undefined
  /** Nothing to show yet. */
  isLoading: boolean
  /** Something is shown and newer figures are on their way. */
  isRefreshing: boolean
  /** What is shown answers an earlier question than the one asked now. */
  isStale: boolean
  refresh: () => void
}

export type ReportOptions<Report> = {
  /** Milliseconds between refreshes while the page is visible; 0 for none. */
  refreshIntervalMs: number
  /** A report for this very query that the server already read, for the first paint. */
  initial?: DatedReport<Report> | undefined
}

/** Marks every report's cache key, so that all can be refreshed at once. */
export const REPORT_KEY = 'report'
/** More often than this a refresh is of no use to anybody. */
export const REFRESH_INTERVAL_MS_MIN = 1_000

/** Reads one report and keeps it fresh. `query` null waits. `answer` is the contract the report must fulfil. */
export function useReport<Report>(
  report: string,
  answer: ZodType<Report>,
  query: ReportQuery | null,
  { refreshIntervalMs, initial }: ReportOptions<Report>,
): ReportState<Report> {
  const { data, error, isLoading, isValidating, mutate } = useSWR<DatedReport<Report>, RequestError>(
    query && [REPORT_KEY, toReportPath(report, query), toReportRange(query)],
    async ([, path, range]: readonly [string, string, ReportRange]) => {
      const { data, answeredAtMs } = await sendRequest(path, { answer })
      return { report: data, path, range, answeredAtMs }
    },
    {
      ...(initial && { fallbackData: initial, revalidateOnMount: false }),
      refreshInterval: refreshIntervalMs > 0 ? Math.max(refreshIntervalMs, REFRESH_INTERVAL_MS_MIN) : 0,
      keepPreviousData: true,
      // A refused request is not repeated at once; the next refresh is the retry, and the panel has a button.
      shouldRetryOnError: false,
    },
  )
  return {
    data,
    error,
    isLoading: data === undefined && error === undefined && (isLoading || isValidating || query === null),
    isRefreshing: data !== undefined && isValidating,
    isStale: data !== undefined && query !== null && data.path !== toReportPath(report, query),
    refresh: () => void mutate(),
  }
}
