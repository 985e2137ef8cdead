import { NO_CURRENCY } from '@/lib/contracts/revenue'

const formats = new Map<string, Intl.NumberFormat>()

function toFormat(currency: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency}|${options.notation ?? ''}`
  let format = formats.get(key)
  if (!format) {
    // Unknown codes of three letters are shown as they are; anything else is refused by the contract.
    const style = currency === NO_CURRENCY ? {} : ({ style: 'currency', currency } as const)
    format = new Intl.NumberFormat('en', { ...style, ...options })
    formats.set(key, format)
  }
  return format
}

/** An amount of money for a tight place: three significant digits from 10,000 on (`€12.3K`). `XXX` has no sign. */
export function formatMoney(amount: number, currency: string): string {
  if (Math.abs(amount) < 10_000) return formatExactMoney(amount, currency)
  return toFormat(currency, { notation: 'compact', maximumSignificantDigits: 3 }).format(amount)
}

/** An amount of money with the digits its currency has: `€12,345.60`, `¥1,200`. */
export function formatExactMoney(amount: number, currency: string): string {
  return toFormat(currency, currency === NO_CURRENCY ? { maximumFractionDigits: 2 } : {}).format(amount)
}
