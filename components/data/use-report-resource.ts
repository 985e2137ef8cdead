'use client'

import useSWR from 'swr'
import type { ZodType } from 'zod'
import { type ReportRequest, toRequestPath } from './report-query'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'
import { REFRESH_INTERVAL_MS_MIN, REPORT_KEY } from './use-report'
import type { ResourceState } from './use-resource'

/** What a card draws from: a report, and the very request that it answers or is about to answer. */
export type ReportResource<Report> = ResourceState<Report> & {
  /** True while `data` still answers an earlier question than the one asked now. */
  isStale: boolean
  /** When the server gave `data`, by its clock; null before it did. */
  answeredAtMs: number | null
  /** The request one can repeat; null while the hook waits. */
  request: ReportRequest | null
}

export type ReportResourceOptions = {
  /** Milliseconds between refreshes while the page is visible; 0, the default, for none. */
  refreshIntervalMs?: number
}

type Answered<Report> = { data: Report; key: string; answeredAtMs: number }

/**
 * Reads a report, by GET or POST, and keeps it: the figures of an earlier question stay until those of the new one are there.
 * `request` null waits. `answer` is the contract that the report must fulfil: the same for all who make the same request, because
 * they share what was answered. Reading again is in every refresh of the page.
 */
export function useReportResource<Report>(
  request: ReportRequest | null,
  answer: ZodType<Report>,
  { refreshIntervalMs = 0 }: ReportResourceOptions = {},
): ReportResource<Report> {
  const key = request && `${request.method} ${toRequestPath(request)} ${JSON.stringify(request.body ?? null)}`
  const { data, error, isLoading, isValidating, mutate } = useSWR<Answered<Report>, RequestError>(
    key && [REPORT_KEY, key],
    async () => {
      const { method, body } = request as ReportRequest
      const answered = await sendRequest(toRequestPath(request as ReportRequest), {
        method,
        answer,
        ...(method === 'POST' && { body }),
      })
      return { data: answered.data, key: key as string, answeredAtMs: answered.answeredAtMs }
    },
    {
      refreshInterval: refreshIntervalMs > 0 ? Math.max(refreshIntervalMs, REFRESH_INTERVAL_MS_MIN) : 0,
      keepPreviousData: true,
      revalidateOnFocus: refreshIntervalMs > 0,
      // A refused request is not repeated at once; the next refresh is the retry, and the card has a button.
      shouldRetryOnError: false,
    },
  )
  return {
    data: data?.data,
    error,
    isLoading: data === undefined && error === undefined && (isLoading || isValidating || request === null),
    isRefreshing: data !== undefined && isValidating,
    isStale: data !== undefined && key !== null && data.key !== key,
    answeredAtMs: data?.answeredAtMs ?? null,
    request,
    reload: () => mutate(),
  }
}
