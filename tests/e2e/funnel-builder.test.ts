import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'
import { sendFromServer, toEvent } from './collector'

const MINUTE = 60_000

let browser: Browser
let product: Product
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
  const now = Date.now()
  const did = (userId: string, event: string, minutesAgo: number, properties?: object) =>
    toEvent({ userId, event, timestamp: now - minutesAgo * MINUTE, ...(properties && { properties }) })
  // Of five who see the basket three check out, of whom one pays by card; one pays by invoice, one does nothing more.
  await sendFromServer(product, [
    ...['ann', 'bob', 'cem', 'dee', 'eve'].map((who, index) => did(who, 'basket_seen', 60 - index)),
    ...['ann', 'bob', 'cem'].map((who, index) => did(who, 'checkout_opened', 50 - index)),
    did('ann', 'paid', 40, { method: 'card' }),
    did('bob', 'paid', 40, { method: 'invoice' }),
  ])
  page = await newVisitor(browser)
  await signIn(page, product)
  await openPage()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

/** Opens the page and waits until it asks for saved funnels: from then on what is typed is heard. */
async function openPage(): Promise<void> {
  const asked = page.waitForResponse((response) => response.url().includes('/api/funnels?'))
  await page.goto(`${product.url}/admin/funnels`)
  await asked
}

const eventOf = (step: number) => page.getByRole('combobox', { name: `Event of step ${step}` })
const stepsOfChart = () => page.getByRole('list', { name: 'Steps of the funnel' })
/** Waits until the chart counts these people, step by step. */
async function seeCounts(...counts: number[]): Promise<void> {
  for (const [index, count] of counts.entries()) {
    await stepsOfChart()
      .getByRole('listitem')
      .nth(index)
      .getByText(count === 1 ? '1 person' : `${count} people`, { exact: true })
      .waitFor()
  }
  expect(await stepsOfChart().getByRole('listitem').count()).toBe(counts.length)
}

describe('the funnel builder', () => {
  it('finds events by a part of their name, and shows the funnel as soon as two are there', async () => {
    await eventOf(1).fill('basket')
    await page.getByRole('option', { name: /basket_seen/ }).click()
    await eventOf(2).fill('CHECK')
    await page.getByRole('option', { name: /checkout_opened/ }).waitFor()
    await eventOf(2).press('ArrowDown')
    await eventOf(2).press('Enter')
    await seeCounts(5, 3)
    await page.getByText('60%', { exact: true }).first().waitFor()
  })

  it('counts anew with another step and a condition on it', async () => {
    await page.getByRole('button', { name: 'Add step' }).click()
    await eventOf(3).fill('paid')
    await seeCounts(5, 3, 2)
    await page.getByRole('button', { name: 'where' }).nth(2).click()
    await page.getByLabel('Property of step 3', { exact: true }).fill('method')
    await page.getByLabel('Property of step 3: value').fill('card')
    await seeCounts(5, 3, 1)
  })

  it('says who was lost, and why', async () => {
    await page.getByRole('button', { name: '2 people dropped off (66.7%)' }).click()
    const dialog = page.getByRole('dialog', { name: /Who dropped before step 3/ })
    await dialog.getByRole('link').first().waitFor()
    expect(await dialog.getByRole('link').allTextContents()).toEqual(['cem', 'bob'])
    await dialog.getByRole('button', { name: 'Why? bob' }).click()
    await dialog.getByText(/“method” was "invoice" while the step asks for "card"/).waitFor()
    await dialog.getByRole('button', { name: 'Why? cem' }).click()
    await dialog.getByText(/Has not done “paid” yet; the window ends/).waitFor()
    await page.keyboard.press('Escape')
  })

  it('moves steps by keyboard and by mouse', async () => {
    await page.getByRole('button', { name: 'Move step 2 of 3: arrow keys' }).press('ArrowUp')
    await seeCounts(3, 0, 0)
    expect(await eventOf(1).inputValue()).toBe('checkout_opened')
    await page
      .getByRole('button', { name: 'Move step 1 of 3: arrow keys' })
      .dragTo(page.getByRole('button', { name: 'Move step 2 of 3: arrow keys' }))
    await seeCounts(5, 3, 1)
  })

  it('is a link that shows the same funnel', async () => {
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByText('1 person', { exact: true }).waitFor()
    await other.close()
  })

  it('is kept under a name, opened again, and asked in any order', async () => {
    await page.getByRole('button', { name: 'Save …' }).click()
    await page.getByLabel('Name').fill('Checkout')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Save changes' }).waitFor()
    await openPage()
    await page.getByLabel('Open a funnel').selectOption('Checkout')
    await seeCounts(5, 3, 1)
    await page.getByRole('radio', { name: 'Any order' }).click()
    await seeCounts(5, 3, 1)
    await page.getByRole('radio', { name: 'Strict' }).click()
    await seeCounts(5, 3, 1)
  })
})
