'use client'

import { useCallback } from 'react'
import { useSWRConfig } from 'swr'
import useSWRInfinite from 'swr/infinite'
import { type BotGroups, botGroups } from '@/lib/contracts/bots'
import { type DeadLetter, type DeadLetterPage, deadLetterPage } from '@/lib/contracts/dead-letters'
import { type IngestHealth, ingestHealth } from '@/lib/contracts/ingest-health'
import type { RangeName } from '@/lib/core/time-range'
import type { RequestError } from './request-error'
import { sendRequest } from './send-request'
import { type ResourceOptions, type ResourceState, useResource } from './use-resource'

const ROOT = '/api/ingest/'
const LETTERS_PER_PAGE = 50

/** What became of what was sent in the last `minutes`, and what waits now. */
export function useIngestHealth(
  project: string,
  minutes: number,
  options: ResourceOptions,
): ResourceState<IngestHealth> {
  const query = new URLSearchParams({ project, minutes: String(minutes) })
  return useResource(`${ROOT}health?${query}`, ingestHealth, options)
}

/** Rows marked as bots, grouped by why and by agent. */
export function useBotGroups(project: string, range: RangeName): ResourceState<BotGroups> {
  return useResource(`${ROOT}bots?${new URLSearchParams({ project, range })}`, botGroups)
}

export type DeadLettersState = ResourceState<{ items: readonly DeadLetter[]; total: number }> & {
  /** Reads the next, older letters; nothing when all are there. */
  readMore: () => void
}

/** The letters read so far, the latest first, and how many there are altogether. */
export function useDeadLetters(project: string): DeadLettersState {
  const { data, error, isLoading, isValidating, mutate, size, setSize } = useSWRInfinite<DeadLetterPage, RequestError>(
    (index: number, previous: DeadLetterPage | null) => {
      const last = previous?.items.at(-1)
      if (index > 0 && !last) return null
      const query = new URLSearchParams({ project, limit: String(LETTERS_PER_PAGE) })
      if (last) query.set('before', last.id)
      return `${ROOT}dead-letters?${query}`
    },
    async (path: string) => (await sendRequest(path, { answer: deadLetterPage })).data,
    { shouldRetryOnError: false, revalidateOnFocus: false, revalidateAll: true },
  )
  return {
    data: data && { items: data.flatMap(({ items }) => items), total: data[0]?.total ?? 0 },
    error,
    isLoading: data === undefined && error === undefined && isLoading,
    isRefreshing: data !== undefined && isValidating,
    reload: () => mutate(),
    readMore: () => void setSize(size + 1),
  }
}

/** A function that reads again what the health panel and the banner show, after something was changed. */
export function useRefreshIngestHealth(): () => Promise<void> {
  const { mutate } = useSWRConfig()
  return useCallback(async () => {
    await mutate((key) => typeof key === 'string' && key.startsWith(`${ROOT}health?`))
  }, [mutate])
}
