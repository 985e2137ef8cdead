import { describe, expect, it } from 'vitest'
import { toVitalRating, VITAL_THRESHOLDS, VITALS } from '@/lib/core/vitals'

describe('toVitalRating', () => {
  it.each(VITALS)('gives a value on a boundary of %s to the better class', (vital) => {
    const [good, needsImprovement] = VITAL_THRESHOLDS[vital]
    expect(toVitalRating(vital, good)).toBe('good')
    expect(toVitalRating(vital, good * 1.001)).toBe('needsImprovement')
    expect(toVitalRating(vital, needsImprovement)).toBe('needsImprovement')
    expect(toVitalRating(vital, needsImprovement * 1.001)).toBe('poor')
  })

  it('takes 0 for a measurement and null for none', () => {
    expect(toVitalRating('cls', 0)).toBe('good')
    expect(toVitalRating('cls', null)).toBeNull()
  })
})
