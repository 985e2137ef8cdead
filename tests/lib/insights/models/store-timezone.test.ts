import { describe, expect, test } from 'vitest'
import { toStoreTimezone } from '@/lib/insights/models/store-timezone'

describe('toStoreTimezone', () => {
  test.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5'])('keeps the name %s', (name) => {
    expect(toStoreTimezone(name)).toBe(name)
  })
  test.each([
    ['+05:30', '<+05:30>-05:30'],
    ['-08:00', '<-08:00>+08:00'],
    ['+0530', '<+05:30>-05:30'],
    ['-03', '<-03:00>+03:00'],
    ['+00:00', '<+00:00>-00:00'],
  ])('turns the sign of the offset %s round', (offset, expected) => {
    expect(toStoreTimezone(offset)).toBe(expected)
  })
})
