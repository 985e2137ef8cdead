import type { FunnelReport } from '@/lib/contracts/funnel'
import type { How } from '../cards/how-computed'
import { formatExactCount } from '../format/format-number'
import type { FunnelDraft } from './funnel-draft'

const ORDER_TEXTS = {
  ordered: 'Somebody reached a step when they did it and all before it, in order; other events may lie between.',
  strict: 'Somebody reached a step when they did it and all before it, in order, with no other event between.',
  unordered: 'Somebody reached step k when they did k of the steps, in whatever order.',
} as const
const UNIT_NAMES = { m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const

/** How the figures of a funnel came about. */
export function toFunnelHow(draft: FunnelDraft, report: FunnelReport | undefined, bots: boolean): How {
  const unit = draft.unit === 'person' ? 'people' : 'sessions'
  const first = report?.steps[0]?.count
  return {
    definition: `${ORDER_TEXTS[draft.order]} One event serves one step at most. Every attempt counts, and the furthest is taken; times are those of the earliest attempt that got as far.`,
    window: `${draft.windowCount} ${UNIT_NAMES[draft.windowUnit]} from the first step to the last, inclusive; all events lie in the range chosen above.`,
    ...(first !== undefined && { sample: `${formatExactCount(first)} ${unit} did the first step.` }),
    leftOut: `${bots ? 'Bots count, too. Rows' : 'Rows marked as bots, and rows'} under Global Privacy Control, which belong to nobody.${
      report && report.excludedCount > 0
        ? ` ${formatExactCount(report.excludedCount)} ${unit} left the funnel for an excluded event.`
        : ''
    }`,
  }
}
