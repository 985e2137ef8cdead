'use client'

import type { AiPerformanceReport } from '@/lib/contracts/ai-performance-report'
import type { DatabasePerformanceReport } from '@/lib/contracts/database-performance-report'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import type { Vital } from '@/lib/core/vitals'
import { isSameRange, type ReportRange } from '../data/report-query'
import type { ReportState } from '../data/use-report'
import { type BetterWhen, toChange, toPointChange } from '../format/change'
import { formatCost, formatCount, formatExactCount, formatRatio, formatVital } from '../format/format-number'
import { Card } from '../ui/card'
import { classNames } from '../ui/class-names'
import { Figure, type FigureContent } from './figure'
import { toPageViewCount } from './page-view-count'
import { RatingSign } from './rating-mark'
import { VITAL_ABSENCE } from './vital-names'

type KeyFiguresProps = {
  range: ReportRange
  events: ReportState<EventsReport>
  performance: ReportState<PerformanceReport>
  ai: ReportState<AiPerformanceReport>
  database: ReportState<DatabasePerformanceReport>
}

/** The ten figures that say at a glance how things stand, each against the same length of time before. */
export function KeyFigures({ range, events, performance, ai, database }: KeyFiguresProps) {
  const count = (pick: (totals: EventsReport['totals']) => number, better: BetterWhen) =>
    toContent(events, ({ totals, previous }) => toCountContent(pick(totals), pick(previous), better))
  const vital = (name: Vital) =>
    toContent(performance, ({ metrics, previous }) => toVitalContent(name, metrics[name], previous[name].p75))
  const figures: readonly [label: string, content: FigureContent | undefined][] = [
    ['People', count(({ people }) => people, 'higher')],
    ['Sessions', count(({ sessions }) => sessions, 'higher')],
    ['Page views', toContent(events, toPageViewContent)],
    ['Events', count((totals) => totals.events, 'higher')],
    ['Conversions', count(({ conversions }) => conversions, 'higher')],
    ['LCP, 75th percentile', vital('lcp')],
    ['INP, 75th percentile', vital('inp')],
    ['AI cost', toContent(ai, toCostContent)],
    [
      'AI errors',
      toContent(ai, ({ totals, previous }) =>
        toRatioContent(totals.errorRatio, previous.errorRatio, 'No call to a model in this period'),
      ),
    ],
    [
      'Slow queries',
      toContent(database, ({ totals, previous }) =>
        toRatioContent(totals.slowRatio, previous.slowRatio, 'No database query measured in this period'),
      ),
    ],
  ]
  const isOfOtherRange = [events, performance, ai, database].some(({ data }) => data && !isSameRange(data.range, range))
  return (
    <section aria-labelledby="key-figures-title">
      <h2 id="key-figures-title" className="sr-only">
        Key figures
      </h2>
      <Card className={classNames('overflow-hidden transition-opacity', isOfOtherRange && 'opacity-55')}>
        <dl className="-mr-px -mb-px grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-5 3xl:grid-cols-10">
          {figures.map(([label, content]) => (
            <Figure
              key={label}
              isLarge
              label={label}
              {...(content && { content })}
              className="min-w-0 border-line border-r border-b p-4 sm:px-5"
            />
          ))}
        </dl>
      </Card>
    </section>
  )
}

/** Undefined while the report loads; a dash that says why when it failed. */
function toContent<Report>(
  state: ReportState<Report>,
  compute: (report: Report) => FigureContent,
): FigureContent | undefined {
  if (state.data) return compute(state.data.report)
  return state.error ? { value: null, absence: 'Could not be read, see below' } : undefined
}

function toCountContent(current: number, previous: number, better: BetterWhen): FigureContent {
  return {
    value: formatCount(current),
    exact: formatExactCount(current),
    change: toChange(current, previous, better),
    previous: formatCount(previous),
  }
}

function toVitalContent(
  vital: Vital,
  { p75, rating }: PerformanceReport['metrics'][Vital],
  previousP75: number | null,
): FigureContent {
  return {
    value: p75 === null ? null : formatVital(vital, p75),
    absence: VITAL_ABSENCE[vital],
    sign: <RatingSign rating={rating} />,
    change: toChange(p75, previousP75, 'lower'),
    previous: formatVital(vital, previousP75),
  }
}

function toPageViewContent(report: EventsReport): FigureContent {
  const count = toPageViewCount(report)
  if (count === null) return { value: null, absence: 'Not among the 50 most frequent events' }
  const { sessions } = report.totals
  return {
    value: formatCount(count),
    exact: formatExactCount(count),
    ...(sessions > 0 && { note: `${(count / sessions).toFixed(1)} per session` }),
  }
}

function toCostContent({ totals, previous }: AiPerformanceReport): FigureContent {
  return {
    value: totals.costUsd === null ? null : formatCost(totals.costUsd),
    absence: totals.requests === 0 ? 'No call to a model in this period' : 'No call reported its cost',
    change: toChange(totals.costUsd, previous.costUsd, 'lower'),
    previous: formatCost(previous.costUsd),
  }
}

function toRatioContent(current: number | null, previous: number | null, absence: string): FigureContent {
  return {
    value: current === null ? null : formatRatio(current),
    absence,
    change: toPointChange(current, previous, 'lower'),
    previous: formatRatio(previous),
  }
}
