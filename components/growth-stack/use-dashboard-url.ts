'use client'

import { useSearchParams } from 'next/navigation'
import { changeUrl } from '../shell/change-url'
import { type DashboardUrl, parseDashboardUrl } from './parse-dashboard-url'

const change = (name: keyof DashboardUrl, value: string | null) => changeUrl(name, value)

/** Reads and changes the dashboard's part of the address. */
export function useDashboardUrl(): DashboardUrl & { change: typeof change } {
  const search = useSearchParams()
  return { ...parseDashboardUrl(search ?? new URLSearchParams()), change }
}
