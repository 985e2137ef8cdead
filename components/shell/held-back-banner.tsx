'use client'

import TriangleAlert from 'lucide-react/icons/triangle-alert'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useIngestHealth } from '../data/use-ingest'
import { formatExactCount } from '../format/format-number'
import { formatAge, formatMoment } from '../format/format-time'

/** Gentle: what is held back is safe, and the page itself refreshes more often. */
const REFRESH_INTERVAL_MS = 30_000

/** Says on every admin page what is held back, how much, since when, and what to do; nothing when all is stored. */
export function HeldBackBanner() {
  const project = useSearchParams().get('project') || 'default'
  const { data } = useIngestHealth(project, 1, { refreshIntervalMs: REFRESH_INTERVAL_MS })
  const { spilled, oldestMs, deadLetters } = data?.heldBack ?? { spilled: null, oldestMs: null, deadLetters: 0 }
  const isSpilling = spilled !== null && spilled > 0
  return (
    <div role="status">
      {(isSpilling || deadLetters > 0) && (
        <div className="border-warn/30 border-b bg-warn-soft text-warn">
          <div className="mx-auto flex max-w-(--page-width) flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-2 text-[0.8125rem] sm:px-6">
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
            <ul className="flex min-w-0 grow basis-64 flex-col gap-1">
              {isSpilling && <li>{toSpillText(spilled, oldestMs)}</li>}
              {deadLetters > 0 && <li>{toDeadLettersText(deadLetters)}</li>}
            </ul>
            <Link
              href={{
                pathname: '/admin/ingest',
                query: { project },
                hash: isSpilling ? 'waiting' : 'dead-letters',
              }}
              className="rounded font-medium underline underline-offset-2"
            >
              See what is held back
            </Link>
          </div>
        </div>
      )}
    </div>
  )
}

function toSpillText(batches: number, oldestMs: number | null): string {
  const since = oldestMs === null ? '' : ` since ${formatMoment(oldestMs)} (${formatAge(Date.now() - oldestMs)})`
  const subject = batches === 1 ? '1 batch waits' : `${formatExactCount(batches)} batches wait`
  return `${subject} in Redis${since}: the database did not take them. They are stored by themselves once it does; check that it runs.`
}

function toDeadLettersText(rows: number): string {
  const subject = rows === 1 ? '1 row was' : `${formatExactCount(rows)} rows were`
  return `${subject} refused by the database for what they hold. Look at them, then try again or discard.`
}
