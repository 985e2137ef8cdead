import { RANGES, type RangeName } from '@/lib/core/time-range'

/** How far back the health figures look, by name. */
export const HEALTH_SPANS = [
  { value: '60m', label: '60 min', minutes: 60, title: 'The last 60 minutes, one point per minute' },
  { value: '24h', label: '24 h', minutes: 24 * 60, title: 'The last 24 hours, one point per hour' },
] as const
export type HealthSpan = (typeof HEALTH_SPANS)[number]

/** What of the ingestion page is in its address. */
export type IngestUrl = { span: HealthSpan; botRange: RangeName }

/** The page's part of a query string; what is missing or unknown falls back to an hour and a week. */
export function parseIngestUrl(search: URLSearchParams): IngestUrl {
  return {
    span: HEALTH_SPANS.find(({ value }) => value === search.get('span')) ?? HEALTH_SPANS[0],
    botRange: RANGES.find((range) => range === search.get('bots')) ?? '7d',
  }
}
