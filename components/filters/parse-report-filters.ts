import { FILTER_FIELDS, type ReportFilter } from '@/lib/contracts/report-filter'
import { type LocalDate, parseLocalDate } from '@/lib/core/local-date'
import { RANGES, type RangeName } from '@/lib/core/time-range'

/** The range where an address names none. */
export const RANGE_DEFAULT: RangeName = '7d'

/** A named range up to now, or whole days of the report's time zone, both ends included. */
export type ReportSpan = { kind: 'range'; range: RangeName } | { kind: 'days'; firstDay: LocalDate; lastDay: LocalDate }

/** What all analytic pages look at; it lives in the address and is the same on each of them. */
export type FilterState = {
  span: ReportSpan
  /** Whether the same length of time before is shown beside. */
  compare: boolean
  /** Exact matches that must all hold; only those that are set are there. */
  filter: ReportFilter
  /** Whether rows marked as bots count. */
  bots: boolean
}

export type FilterName = keyof ReportFilter
export const FILTER_NAMES = Object.keys(FILTER_FIELDS) as readonly FilterName[]

/** The parameters of an address that hold the state: a link to another page takes them along. */
export const FRAME_PARAMS: readonly string[] = ['project', 'range', 'from', 'to', 'compare', 'bots', ...FILTER_NAMES]

/**
 * The state in a query string. What is missing or not understood falls back: the range to `rangeDefault`, the rest to off.
 * Days win over a range's name; they are taken only as a pair whose first day is not after its last.
 */
export function parseReportFilters(
  search: Pick<URLSearchParams, 'get'>,
  rangeDefault: RangeName = RANGE_DEFAULT,
): FilterState {
  const filter: ReportFilter = {}
  for (const name of FILTER_NAMES) {
    const parsed = FILTER_FIELDS[name].safeParse(search.get(name) || undefined)
    if (parsed.success && parsed.data !== undefined) filter[name] = parsed.data
  }
  return {
    span: parseSpan(search, rangeDefault),
    compare: search.get('compare') === 'true',
    filter,
    bots: search.get('bots') === 'true',
  }
}

function parseSpan(search: Pick<URLSearchParams, 'get'>, rangeDefault: RangeName): ReportSpan {
  const firstDay = parseLocalDate(search.get('from') ?? '')
  const lastDay = parseLocalDate(search.get('to') ?? '')
  if (firstDay !== null && lastDay !== null && firstDay <= lastDay) return { kind: 'days', firstDay, lastDay }
  return { kind: 'range', range: RANGES.find((range) => range === search.get('range')) ?? rangeDefault }
}

/** A part of the state to change; a filter that is null is taken out, one that is not named stays. */
export type FilterPatch = Partial<Pick<FilterState, 'span' | 'compare' | 'bots'>> & {
  filter?: { [Name in FilterName]?: string | null | undefined }
}

/** The parameters that a change sets in the address (null takes one out). */
export function toFilterParams({ span, compare, bots, filter }: FilterPatch): Record<string, string | null> {
  return {
    ...(span?.kind === 'range' && { range: span.range, from: null, to: null }),
    ...(span?.kind === 'days' && { range: null, from: span.firstDay, to: span.lastDay }),
    ...(compare !== undefined && { compare: compare ? 'true' : null }),
    ...(bots !== undefined && { bots: bots ? 'true' : null }),
    ...Object.fromEntries(Object.entries(filter ?? {}).filter(([, value]) => value !== undefined)),
  }
}

/** Of a query string, the part that other pages share: what a link in the navigation takes along. */
export function toFrameSearch(search: Pick<URLSearchParams, 'get'>): string {
  const kept = FRAME_PARAMS.flatMap((name) => {
    const value = search.get(name)
    // Ingestion means a range by `bots`, which is its own affair.
    return value && (name !== 'bots' || value === 'true') ? [[name, value]] : []
  })
  return new URLSearchParams(kept as [string, string][]).toString()
}
