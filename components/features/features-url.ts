import { ACTIVITY_INTERVALS, type ActivityInterval } from '@/lib/contracts/actives'

/** What the page shows besides the filter bar; it lives in the address. */
export type FeaturesState = {
  interval: ActivityInterval
  period: 'week' | 'month'
  /** The event that is looked at more closely; null for none. */
  feature: string | null
  /** The property whose values are told apart; null for none. */
  property: string | null
}

/** The state in a query string; what is missing or not understood falls back to days, weeks and no feature. */
export function parseFeaturesUrl(search: Pick<URLSearchParams, 'get'>): FeaturesState {
  return {
    interval: ACTIVITY_INTERVALS.find((interval) => interval === search.get('interval')) ?? 'day',
    period: search.get('period') === 'month' ? 'month' : 'week',
    feature: search.get('feature')?.slice(0, 200) || null,
    property: search.get('property')?.slice(0, 200) || null,
  }
}
