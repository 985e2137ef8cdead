'use client'

import { useState } from 'react'
import {
  type CurrencyRevenue,
  REVENUE_DIMENSIONS,
  type RevenueDimension,
  type RevenueReport,
  revenueReport,
} from '@/lib/contracts/revenue'
import { ReportCard } from '../cards/report-card'
import type { ReportQuery } from '../data/report-query'
import { useReportResource } from '../data/use-report-resource'
import { formatExactMoney } from '../format/format-money'
import { formatExactCount, NO_VALUE } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { Select } from '../ui/field'
import { Cell, HeaderCell, Table } from '../ui/table'

const DIMENSION_NAMES = {
  event: 'Event',
  route: 'Route',
  country: 'Country',
  device: 'Device',
  browser: 'Browser',
  os: 'System',
  utm_source: 'Campaign source',
  referrer: 'Referrer',
} as const satisfies Record<RevenueDimension, string>

const HOW = {
  definition:
    'The sum of the number in the property revenue of every event, for each currency by itself; refunds are numbers below zero. Per person: divided by everybody active in the period, paying or not.',
  leftOut: 'Marked bots; texts that only look like numbers. Currencies are never converted.',
}

const SNIPPET = "track('order_paid', { revenue: 49.9, currency: 'EUR' })"

/** What events earned, by currency, and what earned most. */
export function RevenueCard({ query }: { query: ReportQuery }) {
  const [by, setBy] = useState<RevenueDimension>('event')
  // The default goes unsaid, so that the figure above the cards and this one are one request.
  const asked = by === 'event' ? query : { ...query, by }
  const request = { method: 'GET', path: '/api/analytics/revenue', query: asked } as const
  const resource = useReportResource(request, revenueReport)
  return (
    <ReportCard<RevenueReport>
      title="Revenue"
      how={HOW}
      resource={resource}
      action={
        <Select
          aria-label="What revenue is listed by"
          value={by}
          onChange={(event) => setBy(event.target.value as RevenueDimension)}
        >
          {REVENUE_DIMENSIONS.map((each) => (
            <option key={each} value={each}>
              {DIMENSION_NAMES[each]}
            </option>
          ))}
        </Select>
      }
      isEmpty={({ currencies }) => currencies.length === 0}
      empty={{
        title: 'No revenue in this period',
        content: <CodeBlock label="Send it with any event" code={SNIPPET} />,
      }}
    >
      {({ currencies }) => (
        <div className="flex flex-col gap-6">
          {currencies.map((each) => (
            <Currency key={each.currency} name={DIMENSION_NAMES[by]} content={each} />
          ))}
        </div>
      )}
    </ReportCard>
  )
}

function Currency({ name, content: { currency, totals, top } }: { name: string; content: CurrencyRevenue }) {
  const figures = [
    ['Revenue', totals.revenue],
    ['Per event', totals.averagePerEvent],
    ['Per paying person', totals.averagePerPayingPerson],
    ['Per person', totals.averagePerPerson],
  ] as const
  return (
    <section aria-label={`Revenue in ${currency}`} className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {figures.map(([label, amount]) => (
          <div key={label}>
            <dt className="text-ink-faint text-xs">{label}</dt>
            <dd className="figures font-semibold text-lg">
              {amount === null ? NO_VALUE : formatExactMoney(amount, currency)}
            </dd>
          </div>
        ))}
      </dl>
      <Table caption={`Revenue in ${currency} by ${name.toLowerCase()}`}>
        <thead>
          <tr>
            <HeaderCell>{name}</HeaderCell>
            <HeaderCell isFigure>Revenue</HeaderCell>
            <HeaderCell isFigure>Events</HeaderCell>
            <HeaderCell isFigure>Paying people</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {top.slice(0, 10).map((row) => (
            <tr key={row.value ?? ''}>
              <Cell className="break-words">{row.value ?? 'not known'}</Cell>
              <Cell isFigure>{formatExactMoney(row.revenue, currency)}</Cell>
              <Cell isFigure>{formatExactCount(row.count)}</Cell>
              <Cell isFigure>{formatExactCount(row.payingPeople)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  )
}
