'use client'

import useSWRInfinite from 'swr/infinite'
import type { ZodType } from 'zod'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'
import type { ResourceState } from './use-resource'

export type PagesState<Page> = ResourceState<readonly Page[]> & {
  /** Whether there is more to read. */
  hasMore: boolean
  /** Reads the next page; nothing while one is being read. */
  readMore: () => void
}

/** Where a page is asked for; with a body by POST. */
export type PageRequest = { path: string; body?: unknown }

/**
 * Reads a list page by page, each beginning where the one before said. `toRequest` gives the request for a page from that `next`,
 * null for the first page.
 */
export function usePages<Page extends { next: string | null }>(
  toRequest: (next: string | null) => PageRequest,
  answer: ZodType<Page>,
): PagesState<Page> {
  const { data, error, isLoading, isValidating, mutate, size, setSize } = useSWRInfinite<Page, RequestError>(
    (index: number, previous: Page | null) => {
      if (index > 0 && previous?.next == null) return null
      const { path, body } = toRequest(previous?.next ?? null)
      return [path, body] as const
    },
    async ([path, body]: readonly [string, unknown]) =>
      (await sendRequest(path, { answer, ...(body !== undefined && { method: 'POST', body }) })).data,
    { shouldRetryOnError: false, revalidateOnFocus: false, revalidateFirstPage: false },
  )
  return {
    data,
    error,
    isLoading: data === undefined && error === undefined && isLoading,
    isRefreshing: data !== undefined && isValidating,
    reload: () => mutate(),
    hasMore: data !== undefined && data.at(-1)?.next !== null,
    readMore: () => {
      if (!isValidating) void setSize(size + 1)
    },
  }
}
