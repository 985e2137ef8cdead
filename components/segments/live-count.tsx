'use client'

import type { SegmentPreview } from '@/lib/contracts/segment'
import { HowComputed } from '../cards/how-computed'
import type { ReportResource } from '../data/use-report-resource'
import { formatExactCount, formatRatio } from '../format/format-number'
import { Notice } from '../ui/notice'

type LiveCountProps = {
  preview: ReportResource<SegmentPreview>
  /** Nothing to ask yet: some condition is not finished. */
  isWaiting: boolean
}

/** How many people the conditions mean as they stand, counted again with each change. */
export function LiveCount({ preview, isWaiting }: LiveCountProps) {
  const { data, error, isStale, request } = preview
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 rounded-control bg-sunken px-4 py-3">
      <div role="status" aria-busy={isStale} className={isStale ? 'opacity-60' : undefined}>
        {isWaiting && <p className="text-ink-soft">{WAITING}</p>}
        {!isWaiting && (data ? <Counts {...data} /> : <p className="text-ink-soft">Counting …</p>)}
      </div>
      {error && !isWaiting && <Notice tone="poor">{error.message}</Notice>}
      <HowComputed
        title="people in the segment"
        how={{
          definition:
            'People of whom the conditions hold now. A person is a known user with all their devices, else a browser’s visitor. A condition on events counts the person’s rows; what is missing fulfils only “is not”, “is not set”, “did not” and “never”.',
          window:
            'Each condition has its own time, up to now. The share is of people with any event in the last 30 days.',
          leftOut: 'Rows marked as bots, and rows sent under Global Privacy Control, which belong to nobody.',
          ...(request && { request }),
        }}
      />
    </div>
  )
}

const WAITING = 'Finish the condition to see how many people it means.'

function Counts({ people, recentPeople, recentPeopleInSegment, recentRatio }: SegmentPreview) {
  return (
    <>
      <p className="text-ink-soft text-xs">People now</p>
      <p className="figures font-semibold text-2xl tracking-tight">{formatExactCount(people)}</p>
      <p className="figures text-[0.8125rem] text-ink-soft">
        {formatExactCount(recentPeopleInSegment)} of {formatExactCount(recentPeople)} people of the last 30 days (
        {formatRatio(recentRatio)})
      </p>
    </>
  )
}
