/** What is left of the probability outside the interval, half of it on each side: 95 % confidence. */
const TAIL = 0.025
/** Probabilities below this part of the likeliest one add nothing that matters. */
const NEGLIGIBLE = 1e-18

/**
 * Ranks (from 1) of the two samples between which the true percentile lies with at least 95 % confidence, whatever the
 * distribution: how many of n samples lie below it is binomial. Null when n is too small for an upper bound (p75: below 13).
 * Source: the order-statistic interval, David & Nagaraja, Order Statistics, 3rd ed., section 7.1; P(l ≤ B < u) with B binomial.
 */
export function toIntervalRanks(count: number, ratio: number): { low: number; high: number } | null {
  if (count < 1 || ratio <= 0 || ratio >= 1) return null
  // Relative to the likeliest number, so that nothing underflows however many samples there are.
  const mode = Math.floor((count + 1) * ratio)
  const odds = ratio / (1 - ratio)
  const below: number[] = []
  for (let weight = 1, k = mode; k > 0; k -= 1) {
    weight *= k / ((count - k + 1) * odds)
    if (weight < NEGLIGIBLE) break
    below.push(weight)
  }
  const above: number[] = []
  for (let weight = 1, k = mode; k < count; k += 1) {
    weight *= ((count - k) * odds) / (k + 1)
    if (weight < NEGLIGIBLE) break
    above.push(weight)
  }
  const weights = [...below.toReversed(), 1, ...above]
  const first = mode - below.length
  const tail = TAIL * weights.reduce((sum, weight) => sum + weight, 0)

  // The largest l with P(B ≤ l - 1) ≤ tail, and the smallest u with P(B ≥ u) ≤ tail.
  let low = first
  for (let sum = 0; ; low += 1) {
    sum += weights[low - first] ?? 0
    if (sum > tail) break
  }
  let high = first + weights.length
  for (let sum = 0; ; high -= 1) {
    sum += weights[high - 1 - first] ?? 0
    if (sum > tail) break
  }
  return low >= 1 && high <= count ? { low, high } : null
}
