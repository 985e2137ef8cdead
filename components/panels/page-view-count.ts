import type { EventsReport } from '@/lib/contracts/events-report'

/** The name that page views are recorded under. */
export const PAGE_VIEW = '$pageview'
/** As many names as `top` holds at most. */
const TOP_LENGTH_MAX = 50

/**
 * Page views of a report, from its list of the most frequent events. 0 when the list is whole and has none; null when it is
 * cut and page views, if any, lie below the cut.
 */
export function toPageViewCount({ top }: Pick<EventsReport, 'top'>): number | null {
  const row = top.find(({ event }) => event === PAGE_VIEW)
  if (row) return row.count
  return top.length < TOP_LENGTH_MAX ? 0 : null
}
