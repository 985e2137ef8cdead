import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { VITALS } from '@/lib/core/vitals'
import { launchBrowser, leavePage, newVisitor, watchConsole } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { createProductStore, findStoreKinds, type ProductStore } from '../support/product-store'
import { readReport, signIn } from './admin-session'
import { visitDemo } from './demo-visit'

const START_TIMEOUT_MS = 300_000

/** What one visit of `visitDemo` sends, in the report's words. */
const SENT = {
  top: {
    $pageview: 4,
    meal_planned: 1,
    recipe_clicked: 1,
    recipe_viewed: 1,
    recipes_filtered: 1,
    signed_up: 1,
  },
  pages: { '/demo': 1, '/demo/plan': 1, '/demo/recipes/[id]': 1, '/demo/sign-up': 1 },
  steps: ['list_viewed', 'recipe_viewed', 'meal_planned', 'signed_up'],
}

describe.each(await findStoreKinds())('from a visitor’s browser to the admin’s dashboard, on the %s store', (kind) => {
  let browser: Browser
  let store: ProductStore
  let product: Product
  let admin: Page
  let visitorConsole: ReturnType<typeof watchConsole>

  beforeAll(async () => {
    browser = await launchBrowser()
    store = await createProductStore(kind)
    product = await startProduct(store.options)

    const visitor = await newVisitor(browser)
    visitorConsole = watchConsole(visitor)
    await visitDemo(visitor, product.url)
    await leavePage(visitor)

    admin = await newVisitor(browser)
    await signIn(admin, product)
    // The last beacon leaves while its page goes away: it may arrive a moment later than the sign-in.
    await vi.waitFor(
      async () => {
        expect((await readReport(admin, product, 'events')).totals.events).toBeGreaterThanOrEqual(9)
        expect((await readReport(admin, product, 'performance')).metrics.inp.count).toBeGreaterThanOrEqual(1)
      },
      { timeout: 20_000, interval: 200 },
    )
    await visitor.close()
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await browser?.close()
    const exit = await product?.stop()
    await store?.delete()
    expect(exit).toEqual({ code: 0, signal: null })
  }, 60_000)

  it('counts exactly the page views, events and conversions of the visit, and one person in one session', async () => {
    const report = await readReport(admin, product, 'events')
    expect(Object.fromEntries(report.top.map(({ event, count }) => [event, count]))).toEqual(SENT.top)
    expect(Object.fromEntries(report.pages.map(({ route, count }) => [route, count]))).toEqual(SENT.pages)
    expect(report.totals).toEqual({
      events: 9,
      pageviews: SENT.top.$pageview,
      conversions: 4,
      people: 1,
      sessions: 1,
    })
    expect(report.previous).toEqual({ events: 0, pageviews: 0, conversions: 0, people: 0, sessions: 0 })
    expect(report.series.reduce((sum, { events }) => sum + events, 0)).toBe(9)
  })

  it('puts the steps of the funnel in their order, with one person at each', async () => {
    const { funnels } = await readReport(admin, product, 'events')
    expect(funnels).toEqual([
      { name: 'Recipe Discovery', steps: SENT.steps.map((step) => ({ step, count: 1, conversionRatio: 1 })) },
    ])
  })

  it('has a value for all five vitals of the one page load, and the custom metric', async () => {
    const { metrics, navigations, routes, custom } = await readReport(admin, product, 'performance')
    for (const vital of VITALS) {
      expect(metrics[vital], vital).toMatchObject({ count: 1 })
      expect(metrics[vital].p75, vital).not.toBeNull()
    }
    expect(metrics.lcp.p75).toBeGreaterThan(0)
    expect(metrics.inp.p75).toBeGreaterThan(0)
    expect(navigations.hard).toBe(1)
    // Chromium 151 and newer measure navigations inside a page, each as a row of its own.
    const isMeasured = await admin.evaluate(() => PerformanceObserver.supportedEntryTypes.includes('soft-navigation'))
    if (isMeasured) expect(navigations.soft).toBeGreaterThanOrEqual(1)
    else expect(navigations.soft).toBe(0)
    expect(routes.find(({ route }) => route === '/demo')).toMatchObject({ lcp: { count: 1 } })
    expect(custom.find(({ name }) => name === 'recipe_filter_ms')).toMatchObject({ count: 1 })
  })

  it('shows the same numbers on the dashboard', async () => {
    await admin.reload()
    const figure = (label: string) =>
      admin
        .locator('dl > div', { has: admin.locator('dt', { hasText: new RegExp(`^${label}$`) }) })
        .locator('dd')
        .first()
    for (const [label, value] of [
      ['People', '1'],
      ['Sessions', '1'],
      ['Page views', '4'],
      ['Events', '9'],
      ['Conversions', '4'],
    ] as const) {
      await expect.poll(() => figure(label).textContent(), { timeout: 10_000 }).toBe(value)
    }
    const steps = admin.getByRole('list', { name: 'Steps of Recipe Discovery' }).getByRole('listitem')
    for (const [index, step] of SENT.steps.entries()) {
      await steps.nth(index).getByTitle(step, { exact: true }).waitFor()
      await steps.nth(index).getByTitle('1 people', { exact: true }).waitFor()
    }
    const events = admin.getByRole('table', { name: 'Top events' })
    for (const [event, count] of Object.entries(SENT.top)) {
      const row = events.getByRole('row').filter({ hasText: event })
      expect(await row.getByRole('cell').nth(1).textContent()).toBe(String(count))
    }
    const speed = admin.locator('#speed')
    for (const vital of VITALS) expect(await speed.textContent()).toContain(vital.toUpperCase())
    expect(await speed.textContent()).not.toContain('No sample')
  })

  it('writes no error to the visitor’s console', () => {
    expect(visitorConsole).toEqual({ violations: [], errors: [] })
  })
})
