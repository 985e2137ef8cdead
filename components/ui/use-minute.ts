'use client'

import { useSyncExternalStore } from 'react'
import { MINUTE_MS } from '@/lib/core/time-range'

function subscribe(onChange: () => void): () => void {
  const timer = setInterval(onChange, MINUTE_MS / 4)
  return () => clearInterval(timer)
}

/** The viewer's clock in Unix ms, cut to the minute; null on the server and while hydrating, where it is not known. */
export function useMinute(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS,
    () => null,
  )
}
