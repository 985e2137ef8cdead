import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, leavePage, newVisitor } from '../support/browser'
import { readEventCount } from '../support/event-count'
import { findFreePort } from '../support/postgres'
import { type Product, startProduct } from '../support/product'
import { createProductStore, type ProductStore } from '../support/product-store'
import { type OtherSite, startOtherSite } from './other-site'

describe.each(['anonymous', 'full'] as const)('a browser that loses its network, with %s consent', (consent) => {
  let browser: Browser
  let store: ProductStore
  let product: Product
  let site: OtherSite

  beforeAll(async () => {
    browser = await launchBrowser()
    store = await createProductStore('embedded')
    const port = await findFreePort()
    const key = 'pk_test_0123456789abcdefgh'
    site = await startOtherSite(`http://localhost:${port}`, key, `data-consent="${consent}"`)
    product = await startProduct({ ...store.options, port, env: { CORS_ORIGINS: site.origin } })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await product?.kill()
    await store?.delete()
  }, 60_000)

  it('delivers everything once when it is back, with the times at which it happened', async () => {
    const page = await newVisitor(browser)
    await page.goto(site.origin)
    await expect.poll(() => readEventCount(product), { timeout: 30_000 }).toBe(1)

    await page.context().setOffline(true)
    const offlineFromMs = await page.evaluate(() => Date.now())
    for (const name of ['Newsletter', 'Order', 'Newsletter', 'Prices', 'Order']) {
      await page.getByRole('button', { name }).click()
    }
    const offlineToMs = await page.evaluate(() => Date.now())
    await expect(page.reload()).rejects.toThrow('ERR_INTERNET_DISCONNECTED')
    await page.context().setOffline(false)
    await page.goto(`${site.origin}/back`)
    await page.getByRole('button', { name: 'Order' }).click()
    await leavePage(page)
    // Two page views at the start and the end, one of `Prices`, and five clicks that say something.
    await expect.poll(() => readEventCount(product), { timeout: 30_000 }).toBe(8)
    await page.close()

    expect(await product.stop()).toEqual({ code: 0, signal: null })
    const rows = await store.read<{ event: string; route: string; timestamp: number }>(
      'select event, route, timestamp from public.user_events order by timestamp, id',
    )
    expect(rows.map(({ event, route }) => `${event} ${route}`)).toEqual([
      '$pageview /',
      'newsletter_opened /',
      'bread_ordered /',
      'newsletter_opened /',
      '$pageview /prices',
      'bread_ordered /prices',
      '$pageview /back',
      'bread_ordered /back',
    ])
    for (const { timestamp } of rows.slice(1, 6)) {
      expect(timestamp).toBeGreaterThanOrEqual(offlineFromMs)
      expect(timestamp).toBeLessThanOrEqual(offlineToMs)
    }
  }, 120_000)
})
