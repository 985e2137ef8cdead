'use client'

import type { EventsReport } from '@/lib/contracts/events-report'
import type { CurrencyRevenue } from '@/lib/contracts/revenue'
import { toRatio } from '@/lib/core/ratio'
import type { ReportState } from '../data/use-report'
import { toChange } from '../format/change'
import { formatExactMoney, formatMoney } from '../format/format-money'
import { formatCount, formatExactCount } from '../format/format-number'
import { classNames } from '../ui/class-names'
import { Figure, type FigureContent } from './figure'

type KeyFiguresProps = {
  events: ReportState<EventsReport>
  /** The currency with most revenue; undefined when nothing was sold, or that is not known yet. */
  revenue?: CurrencyRevenue | undefined
}

/** The figures that say at a glance how things stand, each against the same length of time before. */
export function KeyFigures({ events, revenue }: KeyFiguresProps) {
  const count = (pick: (totals: EventsReport['totals']) => number) =>
    toContent(events, ({ totals, previous }) => toCountContent(pick(totals), pick(previous)))
  const figures: readonly [label: string, content: FigureContent | undefined][] = [
    ['People', count(({ people }) => people)],
    ['Sessions', count(({ sessions }) => sessions)],
    ['Page views', count(({ pageviews }) => pageviews)],
    ['Events', count((totals) => totals.events)],
    ['Conversions', count(({ conversions }) => conversions)],
    revenue
      ? [`Revenue, ${revenue.currency}`, toRevenueContent(revenue)]
      : ['Views per session', toContent(events, toDepthContent)],
  ]
  return (
    <section aria-labelledby="key-figures-title">
      <h2 id="key-figures-title" className="sr-only">
        Key figures
      </h2>
      <dl
        className={classNames(
          '-mr-px -mb-px grid grid-cols-2 transition-opacity sm:grid-cols-3 2xl:grid-cols-6',
          events.isStale && 'opacity-55',
        )}
      >
        {figures.map(([label, content], index) => (
          <Figure
            key={index === figures.length - 1 ? 'last' : label}
            isLarge
            label={label}
            {...(content && { content })}
            className="min-w-0 border-line border-r border-b p-4 sm:px-6"
          />
        ))}
      </dl>
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

function toCountContent(current: number, previous: number): FigureContent {
  return {
    value: formatCount(current),
    exact: formatExactCount(current),
    change: toChange(current, previous, 'higher'),
    previous: formatCount(previous),
  }
}

function toDepthContent({ totals, previous }: EventsReport): FigureContent {
  const [current, before] = [totals, previous].map(({ pageviews, sessions }) => toRatio(pageviews, sessions))
  return {
    value: current?.toFixed(1) ?? null,
    absence: 'No session in this period',
    change: toChange(current ?? null, before ?? null, 'higher'),
    previous: before?.toFixed(1),
  }
}

function toRevenueContent({ currency, totals, previous }: CurrencyRevenue): FigureContent {
  return {
    value: formatMoney(totals.revenue, currency),
    exact: formatExactMoney(totals.revenue, currency),
    change: toChange(totals.revenue, previous.revenue, 'higher'),
    previous: formatMoney(previous.revenue, currency),
  }
}
