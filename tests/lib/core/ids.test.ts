import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUuidV7, isUuid, toUuid } from '@/lib/core/ids'

describe('isUuid', () => {
  it('takes every version in either case', () => {
    expect(isUuid('00000000-0000-0000-0000-000000000000')).toBe(true)
    expect(isUuid('019A9B3E-5E3D-7C1A-B111-0123456789AB')).toBe(true)
  })

  it.each(['', 'x', '019a9b3e5e3d7c1ab1110123456789ab', '019a9b3e-5e3d-7c1a-b111-0123456789ag', 7, null, undefined])(
    'refuses %j',
    (value) => {
      expect(isUuid(value)).toBe(false)
    },
  )
})

describe('toUuid', () => {
  it('writes the first 16 bytes in order', () => {
    const bytes = Uint8Array.from({ length: 20 }, (_, i) => i)
    expect(toUuid(bytes)).toBe('00010203-0405-0607-0809-0a0b0c0d0e0f')
  })

  it('refuses fewer bytes than a uuid has', () => {
    expect(() => toUuid(new Uint8Array(15))).toThrow(RangeError)
  })
})

describe('createUuidV7', () => {
  it('is the example of RFC 9562, appendix A.6', () => {
    // rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F; the six bits around version and variant are overwritten.
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    expect(createUuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  it('sorts by time and keeps version and variant whatever the random bytes', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
    const instant = fc.integer({ min: 0, max: 2 ** 47 })
    fc.assert(
      fc.property(instant, instant, bytes, bytes, (a, b, x, y) => {
        const [first, second] = [createUuidV7(a, x), createUuidV7(b, y)]
        expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        if (a < b) expect(first < second).toBe(true)
      }),
    )
  })
})
