import { expect, test } from 'vitest'
import { performanceMonitor } from '@/lib/analytics/performance'

test('on a server importing, configuring and measuring do nothing and do not throw', () => {
  performanceMonitor.configure({
    batchSize: 10,
    flushInterval: 5_000,
    enableWebVitals: true,
    enableCustomMetrics: true,
  })
  performanceMonitor.trackMetric({ route: '/search', name: 'search', value: 12 })
  expect('window' in globalThis).toBe(false)
})
