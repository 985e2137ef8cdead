import { describe, expect, test } from 'vitest'
import { rankHistogram, rankSignedHistogram, toShown, unpackHistogram } from '@/lib/insights/models/packed-histogram'

/** A histogram packed as the store packs it: twelve digits per bucket, without the zeros at the end. */
function pack(values: readonly number[]) {
  let number = 0n
  let zero = 0
  for (const value of values) {
    if (value < 0.0001) zero += 1
    else number += 10n ** BigInt(12 * Math.floor(Math.log(value * 10_000) / Math.log(1.02) + 1e-9))
  }
  const text = String(number)
  return { zero, digits: text.replace(/0+$/, ''), length: text.length }
}

describe('unpackHistogram', () => {
  test('gives each bucket its count, the lowest and one alone included', () => {
    expect(unpackHistogram({ zero: 0, digits: '1', length: 1 })).toEqual({ 1: 1 })
    expect(unpackHistogram({ zero: 2, digits: '1', length: 13 })).toEqual({ 0: 2, 2: 1 })
    expect(unpackHistogram({ zero: 0, digits: '12000000000003', length: 26 })).toEqual({ 2: 3, 3: 12 })
  })

  test('is empty for nothing', () => {
    expect(unpackHistogram(null)).toEqual({})
    expect(unpackHistogram({ zero: 0, digits: '', length: 1 })).toEqual({})
  })
})

describe('rankHistogram', () => {
  test('gives every sample back within 1 %, and 0 as 0', () => {
    const values = [0, 0, 0.0001, 0.037, 0.1, 1, 12.5, 199.9, 200, 2_500, 90_000, 1e9]
    const samples = rankHistogram(pack(values))
    expect(samples.count).toBe(values.length)
    values.forEach((value, index) => {
      expect(Math.abs(samples.at(index + 1) - value), String(value)).toBeLessThanOrEqual(value * 0.01)
    })
  })

  test('asks the rank it was given, at every size', () => {
    for (let count = 1; count <= 60; count += 1) {
      const samples = rankHistogram(pack(Array.from({ length: count }, (_, index) => 1.1 ** (index + 1))))
      for (let rank = 1; rank <= count; rank += 1) {
        const exact = 1.1 ** rank
        expect(Math.abs(samples.at(rank) / exact - 1), `${rank} of ${count}`).toBeLessThanOrEqual(0.01)
      }
    }
  })
})

test('rankSignedHistogram counts from the lowest, which is the negative one farthest from 0', () => {
  const samples = rankSignedHistogram(pack([0, 5, 40]), pack([3, 300]))
  const exact = [-300, -3, 0, 5, 40]
  expect(samples.count).toBe(5)
  exact.forEach((value, index) => {
    expect(Math.abs(samples.at(index + 1) - value)).toBeLessThanOrEqual(Math.abs(value) * 0.01)
  })
  expect(rankSignedHistogram(undefined, undefined).count).toBe(0)
})

test('toShown keeps five digits, of small values as of large ones', () => {
  expect([2188.896923, 0.0450916276, 0, 90_000].map(toShown)).toEqual([2188.9, 0.045092, 0, 90_000])
})
