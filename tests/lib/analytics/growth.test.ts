import { expect, test } from 'vitest'
import * as growth from '@/lib/analytics/growth'

test('on a server every function does nothing and none throws', () => {
  growth.configureAnalytics({ consent: 'full', publishableKey: 'pk_1' })
  growth.track('x', { a: 1 })
  growth.conversion('funnel', 'step')
  growth.identify('user-1', { plan: 'pro' })
  growth.page()
  growth.reset()
  growth.optOut()
  expect('window' in globalThis).toBe(false)
})

test('the hook gives the same object every time', () => {
  const { track, conversion, identify, page, reset, optOut } = growth
  expect(growth.useGrowthAnalytics()).toBe(growth.useGrowthAnalytics())
  expect(growth.useGrowthAnalytics()).toEqual({ track, conversion, identify, page, reset, optOut })
})
