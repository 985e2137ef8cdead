import { groupBy, type History, type Hit, type PersonHit, toPersonHits } from './history'

type Paid = Hit & { person: string | null; revenue: number; currency: string }
export type RevenueSum = { revenue: number; count: number; paying_people: number }

/** The rows with revenue, each with its person (null under GPC), from their properties as `lib/contracts/revenue.ts` has it. */
export function listPaid(history: History, passes: (hit: Hit) => boolean): Paid[] {
  const people = new Map(toPersonHits(history).map((hit: PersonHit) => [hit.id, hit.person]))
  return history.hits
    .filter((hit) => !hit.isBot && passes(hit))
    .flatMap((hit) => {
      const revenue = hit.properties?.revenue
      const currency = hit.properties?.currency
      if (typeof revenue !== 'number') return []
      const code = typeof currency === 'string' && /^[a-z]{3}$/i.test(currency) ? currency.toUpperCase() : 'XXX'
      return [{ ...hit, revenue, currency: code, person: people.get(hit.id) ?? null }]
    })
}

/** Sums by key: all revenue, all rows, the people among them. */
export function sumRevenue<Key>(paid: readonly Paid[], toKey: (hit: Paid) => Key): Map<Key, RevenueSum> {
  return new Map(
    [...groupBy(paid, toKey)].map(([key, hits]) => [
      key,
      {
        revenue: hits.reduce((sum, hit) => sum + hit.revenue, 0),
        count: hits.length,
        paying_people: new Set(hits.flatMap(({ person }) => (person === null ? [] : [person]))).size,
      },
    ]),
  )
}
