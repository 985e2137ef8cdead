import { describe, expect, it } from 'vitest'
import { formatExactMoney, formatMoney } from '@/components/format/format-money'

describe('money', () => {
  it('has the digits of its currency', () => {
    expect(formatExactMoney(12_345.6, 'EUR')).toBe('€12,345.60')
    expect(formatExactMoney(1_200, 'JPY')).toBe('¥1,200')
    expect(formatExactMoney(-3, 'USD')).toBe('-$3.00')
  })

  it('is shortened from ten thousand on', () => {
    expect(formatMoney(9_999.5, 'USD')).toBe('$9,999.50')
    expect(formatMoney(12_345, 'USD')).toBe('$12.3K')
  })

  it('has no sign without a currency, and the code itself for one nobody knows', () => {
    expect(formatMoney(11.77, 'XXX')).toBe('11.77')
    expect(formatMoney(12_345, 'XXX')).toBe('12.3K')
    expect(formatExactMoney(5, 'QQQ')).toMatch(/^QQQ\s5\.00$/)
  })
})
