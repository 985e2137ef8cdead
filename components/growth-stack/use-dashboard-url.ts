'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'
import { type DashboardUrl, parseDashboardUrl } from './parse-dashboard-url'

/**
 * Reads and changes the dashboard's part of the address. A change is a step in the browser's history, made without asking the
 * server for the page again.
 */
export function useDashboardUrl(): DashboardUrl & { change: (name: keyof DashboardUrl, value: string | null) => void } {
  const search = useSearchParams()
  const change = useCallback((name: keyof DashboardUrl, value: string | null) => {
    const url = new URL(window.location.href)
    if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
    // Next keeps useSearchParams in step with the History API:
    // https://nextjs.org/docs/app/getting-started/linking-and-navigating#native-history-api
    window.history.pushState(null, '', url)
  }, [])
  return { ...parseDashboardUrl(search ?? new URLSearchParams()), change }
}
