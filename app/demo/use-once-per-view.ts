'use client'

import { useEffect, useRef } from 'react'

/**
 * Runs `record` once each time `viewKey` comes into view: also under React's Strict Mode, which runs effects twice, and not
 * again when the component merely renders anew.
 */
export function useOncePerView(viewKey: string, record: () => void): void {
  const recordedKey = useRef<string>(null)
  useEffect(() => {
    if (recordedKey.current === viewKey) return
    recordedKey.current = viewKey
    record()
  }, [viewKey, record])
}
