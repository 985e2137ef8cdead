import { expect, test } from 'vitest'
import { countMetric, observeMetric, readMetrics, setGauge, toPrometheusText } from '../../../lib/platform/metrics'

test('counts by name and labels, whatever their order, and prints them as Prometheus reads them', () => {
  countMetric('test_total', 'Things.', { b: '2', a: '1' })
  countMetric('test_total', 'Things.', { a: '1', b: '2' }, 4)
  countMetric('test_total', 'Things.', { a: 'say "x"\\\n' })
  const text = toPrometheusText([{ name: 'test_bytes', help: 'Size.', value: 7 }])
  expect(text).toContain('# HELP test_total Things.\n# TYPE test_total counter\ntest_total{a="1",b="2"} 5\n')
  expect(text).toContain('test_total{a="say \\"x\\"\\\\\\n"} 1\n')
  expect(text.endsWith('# HELP test_bytes Size.\n# TYPE test_bytes gauge\ntest_bytes 7\n')).toBe(true)
  expect(readMetrics()).toContainEqual({ name: 'test_total', labels: { b: '2', a: '1' }, value: 5 })
})

test('holds a bounded number of label sets', () => {
  for (let i = 0; i < 1_500; i += 1) countMetric('flood_total', 'Flood.', { i: String(i) })
  expect(readMetrics().filter(({ name }) => name === 'flood_total')).toHaveLength(1_000)
})

test('prints a histogram with cumulative buckets, its sum and its count', () => {
  for (const value of [5, 10, 11, 1_000]) observeMetric('test_lag_ms', 'Lag.', [10, 100], value)
  expect(toPrometheusText()).toContain(
    '# HELP test_lag_ms Lag.\n# TYPE test_lag_ms histogram\n' +
      'test_lag_ms_bucket{le="10"} 2\ntest_lag_ms_bucket{le="100"} 3\ntest_lag_ms_bucket{le="+Inf"} 4\n' +
      'test_lag_ms_sum 1026\ntest_lag_ms_count 4\n',
  )
})

test('a gauge says the latest reading, and is no counter', () => {
  setGauge('test_rows', 'Rows.', 5)
  setGauge('test_rows', 'Rows.', 2)
  expect(toPrometheusText()).toContain('# TYPE test_rows gauge\ntest_rows 2\n')
  expect(readMetrics().some(({ name }) => name === 'test_rows')).toBe(false)
})
