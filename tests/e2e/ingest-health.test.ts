import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { readReport, signIn } from './admin-session'
import { addViewer, sendFromPage, sendFromServer, toEvent } from './collector'

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
/** A number no column of the store can hold: refused there, and nowhere before. */
const NO_TIMESTAMP_MS = 8.6e15

let browser: Browser
let product: Product
let admin: Page

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
  const event = toEvent()
  expect(await sendFromServer(product, [event, event, toEvent({ timestamp: NO_TIMESTAMP_MS })])).toMatchObject({
    accepted: 1,
    duplicates: 1,
    rejected: [{ index: 2, reason: 'refused_by_store' }],
  })
  const crawled = [toEvent({ event: 'crawled' }), toEvent({ event: 'crawled' }), toEvent({ timestamp: 1 })]
  expect(await sendFromPage(product, crawled, { 'user-agent': GOOGLEBOT })).toMatchObject({
    status: 202,
    answer: { accepted: 2 },
  })
  const elsewhere = { 'user-agent': GOOGLEBOT, origin: 'https://elsewhere.example' }
  expect((await sendFromPage(product, [toEvent()], elsewhere)).status).toBe(403)
  admin = await newVisitor(browser)
  await signIn(admin, product)
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })

/** The figure with this label, as text. */
const figure = (area: Locator, label: string): Locator =>
  area
    .locator('dl > div', { has: area.page().locator('dt', { hasText: new RegExp(`^${label}$`) }) })
    .locator('dd')
    .first()

const banner = (page: Page): Locator => page.getByRole('link', { name: 'See what is held back' })

describe('the ingestion page', () => {
  it('says what became of all that was sent, by itself, within seconds', async () => {
    await admin.goto(`${product.url}/admin/ingest`)
    const arrivals = region(admin, 'What arrived')
    // Processes write their counts every few seconds and the page reads every ten.
    await expect.poll(() => figure(arrivals, 'Received').textContent(), { timeout: 30_000 }).toBe('6')
    for (const [label, count] of [
      ['Accepted', '3'],
      ['Duplicates', '1'],
      ['Rejected', '2'],
      ['Marked as bots', '2'],
      ['Spilled', '0'],
      ['Parked', '1'],
    ] as const) {
      expect([label, await figure(arrivals, label).textContent()]).toEqual([label, count])
    }
    const reasons = (title: string) => arrivals.getByRole('table', { name: title })
    expect(await reasons('Rejected items').textContent()).toMatch(/too_old.*refused_by_store|refused_by_store.*too_old/)
    expect(await reasons('Refused batches').textContent()).toContain('origin_not_allowed')
    expect(await reasons('Evidence of bots').textContent()).toContain('user_agent')
    expect(await figure(arrivals, 'Lag, median').textContent()).toMatch(/\d (ms|s|min)/)
  }, 60_000)

  it('keeps its span in the address and sums a day by the hour', async () => {
    await admin.getByRole('radio', { name: '24 h', exact: true }).click()
    await admin.waitForURL(/span=24h/)
    await admin
      .getByRole('table', { name: 'Accepted, duplicates and rejected, items per hour' })
      .waitFor({ state: 'attached' })
    await admin.reload()
    expect(await admin.getByRole('radio', { name: '24 h', exact: true }).getAttribute('aria-checked')).toBe('true')
  }, 60_000)
})

describe('what is held back', () => {
  it('is said on every admin page, with a link to it', async () => {
    for (const path of ['/admin', '/admin/settings', '/admin/people']) {
      await admin.goto(product.url + path)
      await banner(admin).waitFor()
      await admin.getByText('1 row was refused by the database').waitFor()
    }
    await banner(admin).click()
    await admin.waitForURL(/\/admin\/ingest\?project=default#dead-letters$/)
  }, 60_000)

  it('can be read, tried again and discarded after a question; then nothing is held back any more', async () => {
    await admin.goto(`${product.url}/admin/ingest`)
    const letters = region(admin, 'Dead letters')
    const letter = letters.getByRole('listitem')
    await letter.getByText('Show the row').click()
    expect(await letter.locator('code').last().textContent()).toContain(String(NO_TIMESTAMP_MS))

    await letters.getByRole('button', { name: 'Retry all' }).click()
    await letters.getByText('0 stored, 1 refused again, 1 left.').waitFor()
    await letter.getByText('tried again once').waitFor()

    await letter.getByRole('button', { name: /^Discard/ }).click()
    const question = admin.getByRole('alertdialog')
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await letter.count()).toBe(1)
    await letter.getByRole('button', { name: /^Discard/ }).click()
    await question.getByRole('button', { name: 'Discard', exact: true }).click()
    await letters.getByText('Everything that was accepted could be stored.').waitFor()
    await banner(admin).waitFor({ state: 'detached' })
  }, 60_000)
})

describe('rows marked as bots', () => {
  it('are counted on the dashboard when asked for, and the address says so', async () => {
    await admin.goto(`${product.url}/admin`)
    const events = figure(region(admin, 'Key figures'), 'Events')
    await expect.poll(() => events.textContent(), { timeout: 20_000 }).toBe('1')
    await admin.getByRole('button', { name: 'Filter', exact: true }).click()
    await admin.getByRole('checkbox', { name: 'Include bots' }).click()
    await admin.waitForURL(/bots=true/)
    await expect.poll(() => events.textContent(), { timeout: 20_000 }).toBe('3')
    await admin.reload()
    await expect.poll(() => events.textContent(), { timeout: 20_000 }).toBe('3')
  }, 60_000)

  it('count as people’s once an admin says so', async () => {
    await admin.goto(`${product.url}/admin/ingest`)
    const bots = region(admin, 'Bots')
    const group = bots.getByRole('row').filter({ hasText: 'Agent that calls itself a bot' })
    await expect.poll(() => group.getByRole('cell').nth(3).textContent()).toBe('2')
    await group.getByRole('button', { name: /^Count these as people/ }).click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Count as people' }).click()
    await bots.getByText('2 rows count as people’s from now on.').waitFor()
    await bots.getByText('No row was marked as a bot’s in this period.').waitFor()
    expect((await readReport(admin, product, 'events')).totals.events).toBe(3)
  }, 60_000)
})

describe('a viewer', () => {
  it('sees the counts, and neither the rows nor a way to change anything', async () => {
    const viewer = await newVisitor(browser)
    await signIn(viewer, product, await addViewer(admin, product))
    await viewer.goto(`${product.url}/admin/ingest`)
    await expect
      .poll(() => figure(region(viewer, 'What arrived'), 'Received').textContent(), { timeout: 20_000 })
      .toBe('6')
    await viewer.getByText('Only admins of this project can read dead letters').waitFor()
    expect(await region(viewer, 'Dead letters').count()).toBe(0)
    expect(await viewer.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'People' }).count()).toBe(0)
    for (const path of ['/api/ingest/dead-letters', '/api/people/erasures']) {
      expect([path, (await viewer.request.get(product.url + path)).status()]).toEqual([path, 403])
    }
  }, 60_000)
})
