import { RANGES, type RangeName } from '@/lib/core/time-range'
import { VITALS, type Vital } from '@/lib/core/vitals'

/** What of the dashboard is in the address, so that a colleague sees the same behind a link. */
export type DashboardUrl = { range: RangeName | null; route: string | null; vital: Vital; bots: boolean }

/** The dashboard's part of a query string; what is missing or unknown falls back (`range` to null: the caller's default). */
export function parseDashboardUrl(search: URLSearchParams): DashboardUrl {
  return {
    range: RANGES.find((range) => range === search.get('range')) ?? null,
    route: search.get('route') || null,
    vital: VITALS.find((vital) => vital === search.get('vital')) ?? 'lcp',
    bots: search.get('bots') === 'true',
  }
}
