'use client'

import useSWR from 'swr'
import type { ZodType } from 'zod'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'

/** What a card or panel draws from. */
export type ResourceState<Resource> = {
  data: Resource | undefined
  /** The last attempt's failure; `data` may still hold what was there before. */
  error: RequestError | undefined
  /** Nothing to show yet. */
  isLoading: boolean
  /** Something is shown and newer is on its way. */
  isRefreshing: boolean
  /** Reads again, after a change or on request; resolves when it was answered. */
  reload: () => Promise<unknown>
}

export type ResourceOptions = {
  /** Milliseconds between refreshes while the page is visible; 0, the default, for none. */
  refreshIntervalMs?: number
}

/** Reads what a route answers and keeps it; `path` null waits. `answer` is the contract it must fulfil. */
export function useResource<Resource>(
  path: string | null,
  answer: ZodType<Resource>,
  { refreshIntervalMs = 0 }: ResourceOptions = {},
): ResourceState<Resource> {
  const { data, error, isLoading, isValidating, mutate } = useSWR<Resource, RequestError>(
    path,
    async (asked: string) => (await sendRequest(asked, { answer })).data,
    { refreshInterval: refreshIntervalMs, shouldRetryOnError: false, revalidateOnFocus: refreshIntervalMs > 0 },
  )
  return {
    data,
    error,
    isLoading: data === undefined && error === undefined && isLoading,
    isRefreshing: data !== undefined && isValidating,
    reload: () => mutate(),
  }
}
