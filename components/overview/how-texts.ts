import type { ReportFilter } from '@/lib/contracts/report-filter'
import type { How } from '../cards/how-computed'
import { FILTER_FIELDS_SHOWN } from '../filters/filter-fields'
import type { FilterName } from '../filters/parse-report-filters'
import type { ReportFilters } from '../filters/use-report-filters'

type Asked = Pick<ReportFilters, 'span' | 'timezone' | 'bots'>

const RANGE_TEXTS = {
  '24h': 'The last 24 hours up to now',
  '7d': 'The last 7 × 24 hours up to now',
  '30d': 'The last 30 × 24 hours up to now',
  '90d': 'The last 90 × 24 hours up to now',
} as const

/** The time a card speaks about, in words: from its first instant up to, but without, its last. */
export function toWindowText({ span, timezone }: Asked): string {
  const time =
    span.kind === 'range' ? RANGE_TEXTS[span.range] : `${span.firstDay} to ${span.lastDay}, from midnight to midnight`
  return `${time}. Days and hours are those of ${timezone}.`
}

const toBotsText = ({ bots }: Asked) =>
  bots ? 'Rows marked as bots are counted, because you asked for them.' : 'Rows marked as bots.'
const NO_PERSON = 'Rows sent under Global Privacy Control belong to nobody: they count as events, but not as people.'

/** How people, sessions, views, events and conversions are counted. */
export function toAudienceHow(asked: Asked): How {
  return {
    definition:
      'A person is a signed-in user on all linked devices, else a browser, which without consent is known for one day only. A session is one tab’s visit and ends after 30 minutes without an event. Events are all rows that were stored, page views those named $pageview, conversions the funnel steps that were recorded.',
    window: `${toWindowText(asked)} Changes are against the same length of time right before.`,
    sample: 'Every stored row; nothing is sampled or estimated.',
    leftOut: `${toBotsText(asked)} ${NO_PERSON}`,
  }
}

/** How pages and events are ranked. */
export function toTopHow(asked: Asked, what: 'pages' | 'events'): How {
  return {
    definition:
      what === 'pages'
        ? 'Page views by the pattern of their route, and the distinct people who saw each. The 50 most seen.'
        : 'Events by name, and the distinct people who did each. The 50 most frequent.',
    window: toWindowText(asked),
    sample: 'Every stored row.',
    leftOut: `${toBotsText(asked)} ${NO_PERSON}`,
  }
}

/** How the named funnels are counted. */
export function toFunnelsHow(asked: Asked): How {
  return {
    definition:
      'Distinct people for whom your code recorded the step, whether or not they were recorded at the one before. The order is the saved one, else that of the steps’ median first occurrence.',
    window: toWindowText(asked),
    sample: 'Every recorded conversion.',
    leftOut: `${toBotsText(asked)} ${NO_PERSON}`,
  }
}

/** How the vitals of the overview are judged. */
export function toVitalsHow(asked: Asked): How {
  return {
    definition:
      'The 75th percentile over page loads: three of four were at least as fast. Judged by the thresholds of web.dev/articles/vitals; a value on a threshold belongs to the better class.',
    window: `${toWindowText(asked)} Changes are against the same length of time right before.`,
    sample:
      'One sample per page load and metric; each card says how many. Percentiles are within 1 % of the exact ones.',
    leftOut: `${toBotsText(asked)} Navigations inside a page are figures of their own.`,
  }
}

/** How calls to models are counted. */
export function toAiHow(asked: Asked): How {
  return {
    definition:
      'Calls that your servers reported. The error ratio is of all calls, the cache ratio too. Cost is the sum of what calls reported as theirs.',
    window: `${toWindowText(asked)} Changes are against the same length of time right before.`,
    sample: 'Every reported call; percentiles by nearest rank.',
    leftOut:
      'Latencies leave out answers from the cache. Of the page’s filters a segment applies, to the calls of its known users; the others do not: calls have no page and no device.',
  }
}

/** What a card says of the filters that are set and mean nothing to it; null when there are none. */
export function toIgnoredNote(filter: ReportFilter, known: readonly FilterName[]): string | null {
  const ignored = FILTER_FIELDS_SHOWN.filter(({ name }) => filter[name] !== undefined && !known.includes(name))
  if (ignored.length === 0) return null
  return `Not narrowed by ${ignored.map(({ label }) => label.toLowerCase()).join(', ')}.`
}

/** How database queries are counted. */
export function toDatabaseHow(asked: Asked): How {
  return {
    definition: 'Queries that your product measured, grouped by their text without values.',
    window: `${toWindowText(asked)} Changes are against the same length of time right before.`,
    sample: 'Every reported query; percentiles by nearest rank.',
    leftOut: 'Latencies leave out cached answers. The page’s filters do not apply: queries have no visitor.',
  }
}
