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

/**
 * Reads a list page by page, each beginning where the one before said. `toPath` gives the address of a page from that `next`, null
 * for the first page; null as an address waits.
 */
export function usePages<Page extends { next: string | null }>(
  toPath: (next: string | null) => string | null,
  answer: ZodType<Page>,
): PagesState<Page> {
  const { data, error, isLoading, isValidating, mutate, size, setSize } = useSWRInfinite<Page, RequestError>(
    (index: number, previous: Page | null) => {
      if (index > 0 && previous?.next == null) return null
      return toPath(previous?.next ?? null)
    },
    async (path: string) => (await sendRequest(path, { answer })).data,
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
