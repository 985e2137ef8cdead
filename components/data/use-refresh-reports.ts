'use client'

import { useCallback } from 'react'
import { useSWRConfig } from 'swr'
import { REPORT_KEY } from './use-report'

/** A function that reads all shown reports again and resolves when the last one has been answered. */
export function useRefreshReports(): () => Promise<void> {
  const { mutate } = useSWRConfig()
  return useCallback(async () => {
    await mutate((key) => Array.isArray(key) && key[0] === REPORT_KEY)
  }, [mutate])
}
