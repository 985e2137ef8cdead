import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { ChartSeries } from '@/components/charts/chart-series'
import { TimeSeriesChart } from '@/components/charts/time-series-chart'

const DAY_MS = 86_400_000
const FIRST_MS = Date.parse('2026-11-16T00:00:00Z')
const buckets = {
  startsMs: [FIRST_MS, FIRST_MS + DAY_MS, FIRST_MS + 2 * DAY_MS],
  coverage: ['whole', 'whole', 'partial'] as const,
  bucket: 'day' as const,
  timezone: 'UTC',
}
const people: ChartSeries = { key: 'people', label: 'People', form: 'bars', color: 1, values: [3, 0, 2] }
const p95: ChartSeries = { key: 'p95', label: 'p95', form: 'line', color: 2, values: [1, null, 2] }
const render = (series: readonly ChartSeries[]) =>
  renderToStaticMarkup(
    <TimeSeriesChart title="People" unit="per day" buckets={buckets} series={series} formatValue={String} isCount />,
  )

it('is drawn on the server: a bar for each bucket with a value, the last one hatched because it is not over', () => {
  const bars = render([people]).match(/<rect [^>]*style="[^"]*"[^>]*>/g) ?? []
  expect(bars).toHaveLength(2)
  expect(bars[0]).toContain('fill="var(--color-series-1)"')
  expect(bars[1]).toContain('fill="url(#')
})

it('tells a screen reader the last bucket, and all of them as a table', () => {
  const html = render([people])
  expect(html).toContain('aria-valuetext="Wed, Nov 18 (in part): People 2"')
  expect(html.match(/<td>/g)).toHaveLength(3)
})

it('marks a measurement between gaps by a dot, and draws no line to it', () => {
  const html = render([p95])
  expect(html).toContain('d="M0 500M1000 0"')
  expect(html.match(/<circle /g)).toHaveLength(2)
})

it('draws nothing of no buckets', () => {
  const empty = { ...buckets, startsMs: [], coverage: [] }
  const html = renderToStaticMarkup(
    <TimeSeriesChart
      title="People"
      unit="per day"
      buckets={empty}
      series={[{ ...people, values: [] }]}
      formatValue={String}
    />,
  )
  expect(html).not.toContain('slider')
})
