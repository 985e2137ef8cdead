import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'
import { sendFromServer, toEvent } from './collector'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Of four, p75 is the third (nearest rank). Two are good, one needs improvement, one is poor. */
const LCPS_MS = [1_000, 2_000, 3_000, 5_000]

let browser: Browser
let product: Product
let admin: Page

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
  const startMs = Date.now() - 10 * MINUTE_MS
  const visit = { userId: 'ann', sessionId: 'visit-1', event: '$pageview' }
  await sendFromServer(product, [
    toEvent({ type: 'identify', userId: 'ann', traits: { plan: 'pro' }, event: undefined }),
    toEvent({ ...visit, route: '/menu', timestamp: startMs }),
    toEvent({ ...visit, route: '/menu/soup', timestamp: startMs + MINUTE_MS }),
    toEvent({ ...visit, event: 'dish_ordered', route: '/menu/soup', timestamp: startMs + 2 * MINUTE_MS }),
  ])
  await sendVitals(LCPS_MS.map((lcp, index) => ({ route: '/menu', lcp, timestamp: startMs + index })))
  admin = await newVisitor(browser, { timezoneId: 'UTC', acceptDownloads: true, reducedMotion: 'reduce' })
  await signIn(admin, product)
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

async function sendVitals(navigations: readonly object[]): Promise<void> {
  const metrics = navigations.map((each) => ({ id: randomUUID(), navigationType: 'navigate', ...each }))
  const response = await fetch(`${product.url}/_g/performance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.secretKey}` },
    body: JSON.stringify({ metrics }),
  })
  expect(response.status).toBe(202)
}

const card = (name: string): Locator => admin.getByRole('region', { name, exact: true })

async function textsOf(row: Locator): Promise<string[]> {
  await row.waitFor()
  return await row.getByRole('cell').allInnerTexts()
}

describe('the vitals page', () => {
  it('shows the percentiles and the shares of what browsers measured, and where it was', async () => {
    await admin.goto(`${product.url}/admin/vitals?range=24h`)
    const lcp = card('Web vitals').getByRole('tab', { name: 'LCP' })
    await lcp.getByText('4 samples').waitFor()
    const text = await lcp.textContent()
    expect(text).toContain('50% good')
    expect(text).toContain('Needs improvement')
    expect(text).toMatch(/3\.00 s|2\.9[789] s|3\.0[123] s/) // within 1 %
    const row = card('Where it differs').getByRole('row').filter({ hasText: '/menu' })
    expect(await textsOf(row)).toContain('4')
  })
})

describe('lists of people', () => {
  it('name who was active, and lead to what they did', async () => {
    await admin.goto(`${product.url}/admin/people?range=24h`)
    const row = card('Recently active').getByRole('row').filter({ hasText: 'ann' })
    expect((await textsOf(row)).join(' ')).toContain('plan: pro')
    await row.getByRole('link', { name: 'ann' }).click()
    await admin.getByRole('heading', { level: 1, name: 'ann' }).waitFor()
    await card('Timeline').getByText('dish_ordered').waitFor()
  })

  it('search by trait, and say so when nobody is called so', async () => {
    await admin.goto(`${product.url}/admin/people`)
    const search = admin.getByLabel('Search by id or trait')
    await search.fill('pro')
    await card('Found').getByRole('link', { name: 'ann' }).waitFor()
    await search.fill('nobody at all')
    await card('Found').getByText('Nobody is called so').waitFor()
  })

  it('show sessions with their length, first and last page', async () => {
    await admin.goto(`${product.url}/admin/people?tab=sessions&range=24h`)
    const row = card('Sessions').getByRole('row').filter({ hasText: 'ann' })
    expect(await textsOf(row)).toEqual(expect.arrayContaining(['2 min', '3', '/menu', '/menu/soup']))
  })
})

describe('the import card', () => {
  const day = new Date(Date.now() - DAY_MS).toISOString()
  const rows = [`${day},bob,12.50`, `${day},cleo,7`, 'some day,dan,1']
  const file = {
    name: 'orders.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`date,who,amount\n${rows.join('\n')}\n`),
  }
  const send = async (): Promise<void> => {
    await card('Import').getByLabel('File', { exact: true }).setInputFiles(file)
    await card('Import').getByRole('button', { name: 'Import', exact: true }).click()
  }

  it('stores the lines of a file by their columns, names the bad one, and adds nothing the second time', async () => {
    await admin.goto(`${product.url}/admin/settings`)
    const columns = ['timestamp = date', 'event = =order_paid', 'userId = who', 'properties.revenue = amount']
    await card('Import').getByLabel('Columns', { exact: true }).fill(columns.join('\n'))
    await send()
    await card('Import').getByText('3 records: 2 stored, 0 already there').waitFor()
    expect(await textsOf(card('Import').getByRole('row').nth(1))).toContain('4')
    await send()
    await card('Import').getByText('3 records: 0 stored, 2 already there').waitFor()
  })
})

describe('a card', () => {
  it('gives its report as a file, also one that is asked by POST', async () => {
    const funnel = JSON.stringify({ steps: [{ event: '$pageview' }, { event: 'dish_ordered' }] })
    await admin.goto(`${product.url}/admin/funnels?${new URLSearchParams({ range: '24h', funnel })}`)
    await admin.getByRole('button', { name: 'How computed: Conversion' }).click()
    const download = admin.waitForEvent('download')
    await admin.getByRole('button', { name: 'Download as CSV' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('funnels.csv')
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n')
    expect(lines[0]).toContain('event')
    expect(
      lines.filter((line) => line.startsWith('steps,')).map((line) => line.match(/\$pageview|dish_ordered/)?.[0]),
    ).toEqual(['$pageview', 'dish_ordered'])
  })
})
