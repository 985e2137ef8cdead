import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServerAnalytics, type ServerAnalytics } from '@/lib/analytics/server/create-server-analytics'
import { readEventCount } from '../support/event-count'
import { findFreePort } from '../support/postgres'
import { createDataDir, type Product, startProduct } from '../support/product'

const EVENTS_PER_ROUND = 300
/** A person's browser: what a program does changes no profile. */
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('product code that measures on the server', () => {
  let product: Product
  let analytics: ServerAnalytics
  let start: () => Promise<Product>

  beforeAll(async () => {
    const options = { dataDir: createDataDir(), port: await findFreePort() }
    start = () => startProduct(options)
    product = await start()
    analytics = createServerAnalytics({
      endpoint: `${product.url}/_g`,
      secretKey: product.secretKey,
      handlesSignals: false,
      flushTimeoutMs: 60_000,
    })
  }, 300_000)
  afterAll(async () => {
    await analytics?.close()
    await product?.stop()
  }, 90_000)

  const trackRound = () => {
    for (let at = 0; at < EVENTS_PER_ROUND; at += 1) analytics.track('order_placed', { userId: `user-${at % 10}` })
  }

  it('has everything stored once flush has settled', async () => {
    trackRound()
    expect(await analytics.flush()).toEqual({ left: 0 })
    expect(await readEventCount(product)).toBe(EVENTS_PER_ROUND)
  }, 90_000)

  it('loses nothing and counts nothing twice when all of the product is killed and comes back', async () => {
    trackRound()
    const flushed = analytics.flush()
    await product.kill()
    trackRound()
    product = await start()
    await flushed
    expect(await analytics.flush()).toEqual({ left: 0 })
    expect(await readEventCount(product)).toBe(3 * EVENTS_PER_ROUND)
  }, 300_000)

  it('keeps what a user token vouches for when the page of that user identifies them', async () => {
    const userToken = await analytics.createUserToken('user-1')
    const identify = (token: string) =>
      fetch(`${product.url}/_g/events`, {
        method: 'POST',
        headers: { origin: product.url, 'content-type': 'text/plain', 'user-agent': USER_AGENT },
        body: JSON.stringify({
          key: product.publishableKey,
          sentAt: Date.now(),
          context: { userToken: token },
          events: [
            {
              type: 'identify',
              id: crypto.randomUUID(),
              timestamp: Date.now(),
              userId: 'user-1',
              traits: { plan: token === userToken ? 'vouched' : 'forged' },
            },
          ],
        }),
      })
    expect((await identify(userToken)).status).toBe(202)
    expect((await identify('0'.repeat(64))).status).toBe(202)
    const answer = await fetch(`${product.url}/api/people/lookup`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.secretKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: 'user-1' }),
    })
    expect(await answer.text()).toContain('"vouched"')
  })
})
