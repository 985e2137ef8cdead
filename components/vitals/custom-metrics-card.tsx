'use client'

import type { PerformanceReport } from '@/lib/contracts/performance-report'
import { ReportCard } from '../cards/report-card'
import type { ReportResource } from '../data/use-report-resource'
import { formatExactCount, NO_VALUE } from '../format/format-number'
import { CodeBlock } from '../ui/code-block'
import { TableSkeleton } from '../ui/skeleton'
import { Cell, HeaderCell, Table } from '../ui/table'

// A custom metric's unit is its sender's business, so the number stands alone.
const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })
const format = (value: number | null) => (value === null ? NO_VALUE : plain.format(value))

/** What product code measures by itself. */
export function CustomMetricsCard({ resource }: { resource: ReportResource<PerformanceReport> }) {
  return (
    <ReportCard
      title="Your own metrics"
      resource={resource}
      how={{
        definition: 'Nearest-rank percentiles of every number reported under a name, on whatever navigation.',
        leftOut: 'All but the 100 names with most samples.',
      }}
      isEmpty={({ custom }) => custom.length === 0}
      empty={{
        title: 'Nothing of your own is measured yet',
        content: (
          <CodeBlock
            label="In a client component of your app"
            code={`performanceMonitor.trackMetric({ name: 'search', value: 12.5 })`}
          />
        ),
      }}
      skeleton={<TableSkeleton rows={3} />}
    >
      {({ custom }) => (
        <Table caption="Custom metrics">
          <thead>
            <tr>
              <HeaderCell>Name</HeaderCell>
              <HeaderCell isFigure>Samples</HeaderCell>
              <HeaderCell isFigure>p50</HeaderCell>
              <HeaderCell isFigure>p75</HeaderCell>
              <HeaderCell isFigure>p95</HeaderCell>
            </tr>
          </thead>
          <tbody>
            {custom.map(({ name, count, p50, p75, p95 }) => (
              <tr key={name}>
                <Cell>{name}</Cell>
                <Cell isFigure>{formatExactCount(count)}</Cell>
                <Cell isFigure>{format(p50)}</Cell>
                <Cell isFigure>{format(p75)}</Cell>
                <Cell isFigure>{format(p95)}</Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </ReportCard>
  )
}
