'use client'

import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

/** The viewer's IANA time zone; null on the server and while hydrating, where it is not known. */
export function useBrowserTimezone(): string | null {
  return useSyncExternalStore(
    subscribe,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => null,
  )
}
