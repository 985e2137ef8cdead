import { expect, test } from 'vitest'
import { toAgentNames } from '../../../lib/import/agent-names'

test.each([
  [{ device: 'Desktop', browser: 'chrome', os: 'Mac OS' }, ['desktop', 'Chrome', 'macOS']],
  [{ device: 'laptop', browser: 'edge-chromium', os: 'Windows 10' }, ['desktop', 'Microsoft Edge', 'Windows']],
  [{ device: 'Mobile', browser: 'Mobile Safari', os: 'iOS' }, ['mobile', 'Safari', 'iOS']],
  [{ device: 'fridge', browser: 'somebody@example.com', os: '' }, [null, null, null]],
  [{}, [null, null, null]],
])('%j is stored under names that are known', (given, expected) => {
  const { device, browser, os } = toAgentNames(given)
  expect([device, browser, os]).toEqual(expected)
})
