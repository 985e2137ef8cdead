import type { Product } from './product'

/** How many events of the last day the product counts, bots included, by its own report. */
export async function readEventCount(product: Product): Promise<number> {
  const response = await fetch(`${product.url}/api/analytics/events?range=24h&bots=true`, {
    headers: { authorization: `Bearer ${product.secretKey}` },
  })
  if (!response.ok) throw new Error(`The report answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { data: { totals: { events: number } } }).data.totals.events
}

/** Settles when the product counts so many events, or more. Throws with what it counts when it does not within half a minute. */
export async function untilEventCount(product: Product, count: number): Promise<void> {
  const lastMs = Date.now() + 30_000
  for (;;) {
    const counted = await readEventCount(product)
    if (counted >= count) return
    if (Date.now() > lastMs) throw new Error(`The product counts ${counted} events instead of ${count}.`)
    await new Promise((wake) => setTimeout(wake, 100))
  }
}
