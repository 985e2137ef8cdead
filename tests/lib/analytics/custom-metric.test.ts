import { expect, test } from 'vitest'
import { toMeasurements } from '@/lib/analytics/custom-metric'

test('one measurement is given by name and value, several each under their own key', () => {
  expect(toMeasurements({ name: 'search', value: 0 })).toEqual({ search: 0 })
  expect(toMeasurements({ search: 132, results: 20 })).toEqual({ search: 132, results: 20 })
  expect(toMeasurements({ value: 3 })).toEqual({ value: 3 })
})

test('what is no finite number is no measurement', () => {
  expect(toMeasurements({})).toEqual({})
  expect(toMeasurements({ name: 'x' })).toEqual({})
  expect(toMeasurements({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: 'text', d: undefined })).toEqual({})
})
