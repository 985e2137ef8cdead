'use client'

import { useState } from 'react'
import type { FunnelReport } from '@/lib/contracts/funnel'
import { ReportCard } from '../cards/report-card'
import { type AskedFunnel, useFunnel } from '../data/funnels'
import { formatExactMoney } from '../format/format-money'
import { formatExactCount } from '../format/format-number'
import { Button } from '../ui/button'
import { Cell, HeaderCell, Table } from '../ui/table'

/** What the rows that made the steps brought in. Asked for by a click: it reads rows that the funnel itself does not need. */
export function FunnelRevenueCard({ asked }: { asked: AskedFunnel }) {
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <Revenue asked={asked} />
  return (
    <Button className="self-start" onClick={() => setOpen(true)}>
      Show the revenue of the steps
    </Button>
  )
}

function Revenue({ asked }: { asked: AskedFunnel }) {
  const resource = useFunnel({ ...asked, body: { ...asked.body, revenue: true } }, false)
  return (
    <ReportCard
      title="Revenue"
      description="Of the events that made the steps"
      how={{
        definition:
          'The property revenue of the one event by which somebody did a step, by its currency. Amounts of different currencies are not added up.',
        window: 'The same as in the funnel.',
        leftOut: 'Events whose revenue is no number, and steps that nobody did.',
      }}
      resource={resource}
      isEmpty={({ steps }) => steps.every(({ revenue = [] }) => revenue.length === 0)}
      empty={{
        title: 'No step carries revenue',
        content: (
          <p>
            Send a number as the property <code>revenue</code>, and three letters as <code>currency</code>.
          </p>
        ),
      }}
    >
      {({ steps }) => <RevenueTable steps={steps} />}
    </ReportCard>
  )
}

function RevenueTable({ steps }: Pick<FunnelReport, 'steps'>) {
  return (
    <Table caption="Revenue by step and currency">
      <thead>
        <tr>
          <HeaderCell>Step</HeaderCell>
          <HeaderCell isFigure>Revenue</HeaderCell>
          <HeaderCell isFigure>Events</HeaderCell>
        </tr>
      </thead>
      <tbody>
        {steps.flatMap(({ index, event, revenue = [] }) =>
          revenue.map(({ currency, amount, count }) => (
            <tr key={`${index} ${currency}`}>
              <Cell>
                {index}. {event}
              </Cell>
              <Cell isFigure>{formatExactMoney(amount, currency)}</Cell>
              <Cell isFigure>{formatExactCount(count)}</Cell>
            </tr>
          )),
        )}
      </tbody>
    </Table>
  )
}
