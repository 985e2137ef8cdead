import { expect, test } from 'vitest'
import { readProcessGauges } from '../../../lib/platform/process-gauges'

test('reads positive figures, each named with its unit', () => {
  const gauges = readProcessGauges()
  expect(gauges.length).toBeGreaterThan(0)
  for (const { name, value } of gauges) {
    expect(name).toMatch(/_(seconds|bytes)$/)
    expect(value).toBeGreaterThan(0)
  }
})
