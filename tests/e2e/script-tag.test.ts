import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, leavePage, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { readReport, sendChange, signIn } from './admin-session'
import { type OtherSite, startOtherSite } from './other-site'

describe('the script tag on another origin', () => {
  let browser: Browser
  let product: Product
  let admin: Page
  let allowedSite: OtherSite
  let strangeSite: OtherSite

  beforeAll(async () => {
    browser = await launchBrowser()
    product = await startProduct()
    allowedSite = await startOtherSite(product.url, product.publishableKey)
    strangeSite = await startOtherSite(product.url, product.publishableKey)
    admin = await newVisitor(browser)
    await signIn(admin, product)
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await Promise.all([allowedSite?.close(), strangeSite?.close()])
    await product?.stop()
  }, 60_000)

  /** Sends a batch as a page of that origin does. */
  const postFrom = (origin: string, events: object[]): Promise<Response> =>
    fetch(`${product.url}/api/analytics/events`, {
      method: 'POST',
      headers: { origin, 'content-type': 'text/plain' },
      body: JSON.stringify({ key: product.publishableKey, sentAt: Date.now(), events }),
    })

  it('is refused with 403 where the origin is not allowed, and nothing is stored', async () => {
    const visitor = await newVisitor(browser)
    const refused = visitor.waitForEvent('requestfailed', (request) => request.url().endsWith('/_g/events'))
    await visitor.goto(strangeSite.origin)
    await visitor.getByRole('button', { name: 'Newsletter' }).click()
    await visitor.getByRole('button', { name: 'Prices' }).click()
    await refused // without the answer's permission to be read, the browser calls it failed; the status is checked below
    await leavePage(visitor)
    await visitor.close()

    const direct = await postFrom(strangeSite.origin, [{ id: randomUUID(), event: 'forged', timestamp: Date.now() }])
    expect(direct.status).toBe(403)
    expect(direct.headers.get('access-control-allow-origin')).toBeNull()
    expect(await direct.json()).toMatchObject({ error: { code: 'origin_not_allowed' } })
    expect((await readReport(admin, product, 'events')).totals).toMatchObject({ events: 0, conversions: 0, people: 0 })
  }, 60_000)

  it('delivers page views, also those of pushState, marked clicks and calls, once the origin is allowed', async () => {
    const change = await sendChange(admin, product, 'PATCH', '/api/projects/default', {
      allowedOrigins: [allowedSite.origin],
    })
    expect(change).toMatchObject({ status: 200, body: { data: { allowedOrigins: [allowedSite.origin] } } })
    // The collector may remember the old list for some seconds, as the settings page says.
    await expect.poll(async () => (await postFrom(allowedSite.origin, [])).status, { timeout: 30_000 }).toBe(202)

    const visitor = await newVisitor(browser)
    const preflights: string[] = []
    visitor.on('request', (request) => {
      if (request.method() === 'OPTIONS') preflights.push(request.url())
    })
    await visitor.goto(allowedSite.origin)
    await visitor.getByRole('button', { name: 'Newsletter' }).click()
    await visitor.getByRole('button', { name: 'Prices' }).click()
    await visitor.getByRole('button', { name: 'Order' }).click()
    await visitor.goBack()
    await leavePage(visitor)

    const expected = { $pageview: 3, bread_ordered: 1, newsletter_opened: 1 }
    await expect
      .poll(
        async () => {
          const { top } = await readReport(admin, product, 'events')
          return Object.fromEntries(top.map(({ event, count }) => [event, count]))
        },
        { timeout: 20_000 },
      )
      .toEqual(expected)
    const report = await readReport(admin, product, 'events')
    expect(Object.fromEntries(report.pages.map(({ route, count }) => [route, count]))).toEqual({ '/': 2, '/prices': 1 })
    expect(report.totals).toMatchObject({ events: 5, people: 1, sessions: 1 })
    expect(preflights).toEqual([])
    // Of neither origin: none is ever set.
    expect(await visitor.context().cookies()).toEqual([])
    await visitor.close()
  }, 60_000)

  it('still refuses the other origin afterwards', async () => {
    const visitor = await newVisitor(browser)
    const refused = visitor.waitForEvent('requestfailed', (request) => request.url().endsWith('/_g/events'))
    await visitor.goto(strangeSite.origin)
    await refused
    expect((await postFrom(strangeSite.origin, [])).status).toBe(403)
    await leavePage(visitor)
    await visitor.close()
    expect((await readReport(admin, product, 'events')).totals).toMatchObject({ events: 5, people: 1 })
  }, 60_000)
})
