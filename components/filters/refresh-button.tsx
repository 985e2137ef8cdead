'use client'

import RotateCw from 'lucide-react/icons/rotate-cw'
import { useState } from 'react'
import { useRefreshReports } from '../data/use-refresh-reports'
import { formatClock } from '../format/format-time'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { useIsHydrated } from '../ui/use-is-hydrated'

/** How fresh the figures of a page are. */
export type Freshness = {
  /** When the oldest of them were made; null before there are any. */
  answeredAtMs: number | null
  isRefreshing: boolean
}

/** Reads all figures of the page again; they stay while new ones are on their way. Says when they were made, if that is known. */
export function RefreshButton({ freshness }: { freshness?: Freshness | undefined }) {
  const refreshReports = useRefreshReports()
  const isHydrated = useIsHydrated()
  const [isAsked, setIsAsked] = useState(false)
  // Only a refresh that somebody asked for is announced; the one every half minute would talk into everything.
  const [announcement, setAnnouncement] = useState('')
  const refresh = async () => {
    setAnnouncement('')
    setIsAsked(true)
    await refreshReports()
    setIsAsked(false)
    setAnnouncement('Figures are up to date')
  }
  const answeredAtMs = freshness?.answeredAtMs ?? null
  const clock = isHydrated && answeredAtMs !== null ? formatClock(answeredAtMs) : null
  return (
    <>
      <Button
        size="small"
        className="h-8.5"
        onClick={refresh}
        aria-label={clock === null ? 'Refresh' : `Refresh. Updated at ${clock}`}
        title={clock === null ? 'Refresh' : `Updated at ${clock}, your time`}
      >
        <RotateCw
          aria-hidden="true"
          className={classNames(
            'size-3.5 text-ink-soft',
            (isAsked || freshness?.isRefreshing) && 'motion-safe:animate-spin',
          )}
        />
        {/* Until the viewer's clock is known, its room is kept by digits of the same width. */}
        {freshness && (
          <span
            className={classNames('figures font-normal text-ink-soft max-xl:hidden', clock === null && 'invisible')}
          >
            {clock ?? '00:00:00'}
          </span>
        )}
      </Button>
      <span role="status" className="sr-only">
        {announcement}
      </span>
    </>
  )
}
