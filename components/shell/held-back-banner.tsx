'use client'

import TriangleAlert from 'lucide-react/icons/triangle-alert'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useIngestHealth } from '../data/use-ingest'
import { toAwayText, toHeldBackTexts } from './held-back-texts'

/** Gentle: what is held back is safe, and the page it leads to refreshes more often. */
const REFRESH_INTERVAL_MS = 30_000

/** Says on every admin page what is held back, how much, since when, and what to do; nothing when all is stored. */
export function HeldBackBanner() {
  const project = useSearchParams().get('project') || 'default'
  const { data, error } = useIngestHealth(project, 1, { refreshIntervalMs: REFRESH_INTERVAL_MS })
  const away = error ? toAwayText(error.code) : null
  const known = data ? toHeldBackTexts(data.heldBack, Date.now()) : []
  const texts = away === null ? known : [away, ...known]
  const hash = data?.heldBack.spilled ? 'waiting' : 'dead-letters'
  return (
    <div role="status">
      {texts.length > 0 && (
        <div className="border-warn/30 border-b bg-warn-soft text-warn">
          <div className="mx-auto flex max-w-(--page-width) flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2 text-[0.8125rem] sm:px-6">
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
            <ul className="flex min-w-0 grow basis-64 flex-col gap-1">
              {texts.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
            <Link
              href={{ pathname: '/admin/ingest', query: { project }, hash }}
              className="ml-8 rounded font-medium underline underline-offset-2 sm:ml-0"
            >
              See what is held back
            </Link>
          </div>
        </div>
      )}
    </div>
  )
}
