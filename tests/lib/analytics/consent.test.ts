import { afterEach, expect, test } from 'vitest'
import { hasPrivacySignal } from '@/lib/analytics/consent'

afterEach(() => Reflect.deleteProperty(navigator, 'globalPrivacyControl'))

test('the signal is there only when the browser says so', () => {
  expect(hasPrivacySignal()).toBe(false)
  for (const value of [true, false]) {
    Object.defineProperty(navigator, 'globalPrivacyControl', { value, configurable: true })
    expect(hasPrivacySignal()).toBe(value)
  }
})
