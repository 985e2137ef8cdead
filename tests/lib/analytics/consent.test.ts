import { afterEach, expect, test } from 'vitest'
import { hasPrivacySignal } from '@/lib/analytics/consent'

const say = (property: 'globalPrivacyControl' | 'doNotTrack', value: unknown) =>
  Object.defineProperty(navigator, property, { value, configurable: true })

afterEach(() => {
  Reflect.deleteProperty(navigator, 'globalPrivacyControl')
  Reflect.deleteProperty(navigator, 'doNotTrack')
})

test('Global Privacy Control is a signal only when the browser says so', () => {
  expect(!!hasPrivacySignal({})).toBe(false)
  for (const value of [true, false]) {
    say('globalPrivacyControl', value)
    expect(!!hasPrivacySignal({})).toBe(value)
  }
})

test('Do Not Track is one only where the page honours it', () => {
  for (const [doNotTrack, honourDnt, expected] of [
    ['1', true, true],
    ['1', false, false],
    ['1', undefined, false],
    ['0', true, false],
    ['unspecified', true, false],
    [null, true, false],
  ] as const) {
    say('doNotTrack', doNotTrack)
    expect(!!hasPrivacySignal({ honourDnt }), `${doNotTrack}, ${honourDnt}`).toBe(expected)
  }
})
