'use client'

import CircleCheck from 'lucide-react/icons/circle-check'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import Link from 'next/link'
import type { IngestHealth } from '@/lib/contracts/ingest-health'
import { useIngestHealth } from '../data/use-ingest'
import { formatExactCount } from '../format/format-number'
import { sumByReason } from '../ingest/ingest-figures'
import { Skeleton } from '../ui/skeleton'

const REFRESH_INTERVAL_MS = 30_000
const MINUTES = 60

/** One line that says whether what is sent arrives; more is on the page it leads to. */
export function IngestLine({ project }: { project: string }) {
  const { data, error } = useIngestHealth(project, MINUTES, { refreshIntervalMs: REFRESH_INTERVAL_MS })
  const isFine = error === undefined && data !== undefined && isAllStored(data)
  const Sign = isFine ? CircleCheck : TriangleAlert
  return (
    <div className="figures flex min-h-5 items-start gap-2 text-ink-soft text-xs leading-5">
      {data === undefined && error === undefined ? (
        <Skeleton className="h-4 w-72 max-w-full" />
      ) : (
        <>
          <Sign
            aria-hidden="true"
            className={`mt-[0.1875rem] size-3.5 shrink-0 ${isFine ? 'text-good' : 'text-warn'}`}
          />
          <p>
            {data ? toIngestText(data) : 'Whether events arrive cannot be read now.'}{' '}
            <Link
              href={{ pathname: '/admin/ingest', query: { project } }}
              className="rounded font-medium text-accent underline underline-offset-2"
            >
              Ingestion
            </Link>
          </p>
        </>
      )}
    </div>
  )
}

function isAllStored({ totals, heldBack }: IngestHealth): boolean {
  return !heldBack.spilled && heldBack.deadLetters === 0 && sumByReason(totals, 'rejected') === 0
}

/** What became of the last hour's items, in one sentence. */
export function toIngestText({ totals, heldBack }: IngestHealth): string {
  const accepted = totals.accepted ?? 0
  const rejected = sumByReason(totals, 'rejected')
  const waiting = (heldBack.spilled ?? 0) + heldBack.deadLetters
  if (accepted + rejected + waiting === 0) return 'Nothing was sent in the last hour, and nothing waits.'
  return [
    `${formatExactCount(accepted)} items stored in the last hour`,
    `${rejected === 0 ? 'none' : formatExactCount(rejected)} rejected`,
    `${waiting === 0 ? 'nothing' : formatExactCount(waiting)} held back`,
  ].join(' · ')
}
