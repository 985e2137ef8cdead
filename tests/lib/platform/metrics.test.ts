import { expect, test } from 'vitest'
import { countMetric, readMetrics, toPrometheusText } from '../../../lib/platform/metrics'

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
