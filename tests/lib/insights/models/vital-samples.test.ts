import { expect, test } from 'vitest'
import {
  toClassedSamples,
  toCustomSamples,
  toSampleGroups,
  toSampleSeries,
  toVitalValues,
  type VitalSampleRow,
} from '@/lib/insights/models/vital-samples'

const row = (fields: Partial<VitalSampleRow>): VitalSampleRow => ({
  timestamp: 0,
  route: null,
  device: null,
  connection: null,
  country: null,
  browser: null,
  navigation_type: 'navigate',
  release: null,
  lcp: null,
  inp: null,
  cls: null,
  fcp: null,
  ttfb: null,
  custom: null,
  ...fields,
})

test('toVitalValues keeps kinds apart; 0 is a sample, null is none, and a soft TTFB is none', () => {
  const rows = [row({ cls: 0, ttfb: 3 }), row({ cls: 2, ttfb: 0, navigation_type: 'soft-navigation' }), row({})]
  expect(toVitalValues(rows, 'cls', false)).toEqual([0])
  expect(toVitalValues(rows, 'cls', true)).toEqual([2])
  expect(toVitalValues(rows, 'ttfb', false)).toEqual([3])
  expect(toVitalValues(rows, 'ttfb', true)).toEqual([])
})

test('toClassedSamples puts a boundary into the better class', () => {
  const { count, good, poor, samples } = toClassedSamples('inp', [200, 200.1, 500, 500.1])
  expect({ count, good, poor, highest: samples.at(4) }).toEqual({ count: 4, good: 1, poor: 1, highest: 500.1 })
})

test('toSampleSeries has every bucket, the last one open', () => {
  const rows = [row({ timestamp: 5, lcp: 1 }), row({ timestamp: 30, lcp: 3 }), row({ timestamp: 99, lcp: 4 })]
  expect(toSampleSeries(rows, 'lcp', false, [0, 10, 20])).toEqual([
    { start: 0, p75: 1, count: 1 },
    { start: 10, p75: null, count: 0 },
    { start: 20, p75: 4, count: 2 },
  ])
})

test('toSampleGroups counts navigations by value, not rows of custom metrics, and leaves the unknown out', () => {
  const rows = [
    row({ route: '/a', lcp: 1, device: 'mobile' }),
    row({ route: '/b' }),
    row({ route: '/b', cls: 1 }),
    row({ route: '/c', navigation_type: null, custom: { search: 1 } }),
  ]
  expect(toSampleGroups(rows, 'route', false)).toEqual([
    { dimension: 'route', value: '/b', count: 2, cls: { count: 1, good: 0, poor: 1, p75: 1 } },
    { dimension: 'route', value: '/a', count: 1, lcp: { count: 1, good: 1, poor: 0, p75: 1 } },
  ])
  expect(toSampleGroups(rows, 'device', false)).toHaveLength(1)
  expect(toSampleGroups(rows, 'route', true)).toEqual([])
})

test('toCustomSamples takes every navigation, most samples first', () => {
  const custom = toCustomSamples([
    row({ custom: { a: 1, b: -2 } }),
    row({ custom: { b: 5 }, navigation_type: 'soft-navigation' }),
  ])
  expect(custom.map(({ name, samples }) => [name, samples.count, samples.at(1)])).toEqual([
    ['b', 2, -2],
    ['a', 1, 1],
  ])
})
