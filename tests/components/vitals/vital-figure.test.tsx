import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { toCertainty, VitalFigure } from '@/components/vitals/vital-figure'

const summary = {
  p50: 100,
  p75: 177,
  p90: 300,
  p95: 400,
  p99: 900,
  p75Interval: { low: 170, high: 181 },
  count: 5_399,
  good: 0.8,
  needsImprovement: 0.15,
  poor: 0.05,
  rating: 'good' as const,
  series: [],
}

it('shows the chosen percentile, and how sure p75 is with its samples', () => {
  const html = renderToStaticMarkup(<VitalFigure vital="inp" summary={summary} previousP75={null} percentile="p99" />)
  expect(html).toContain('900 ms')
  expect(html).toContain('p75: 170 ms to 181 ms, 95% sure')
  expect(html).toContain('5,399 samples')
})

it('says that there are too few samples, and never shows nothing as 0', () => {
  expect(toCertainty('inp', { p75Interval: null })).toContain('too few')
  const none = { ...summary, p50: null, p75: null, p90: null, p95: null, p99: null, p75Interval: null, count: 0 }
  const html = renderToStaticMarkup(
    <VitalFigure
      vital="inp"
      summary={{ ...none, good: null, needsImprovement: null, poor: null, rating: null }}
      previousP75={null}
      percentile="p75"
    />,
  )
  expect(html).toContain('No samples')
  expect(html).toContain('–')
  expect(html).not.toMatch(/>0 ms</)
})
