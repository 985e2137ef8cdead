import { expect, test } from 'vitest'
import { featuresQuery, featureUsageQuery } from '@/lib/contracts/features'

test('a property is that of an event, which has to be named', () => {
  expect(featuresQuery.safeParse({ property: 'plan' }).error?.issues[0]?.path).toEqual(['event'])
  expect(featuresQuery.parse({ property: 'plan', event: 'signup' })).toMatchObject({ property: 'plan' })
})

test('the range is that of every report', () => {
  expect(featuresQuery.safeParse({ range: '7d', from: 0, to: 1 }).success).toBe(false)
  expect(featureUsageQuery.safeParse({ range: '7d' }).error?.issues[0]?.path).toEqual(['event'])
})
