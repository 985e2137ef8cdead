import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE_GROUPS } from '@/components/shell/pages'
import { launchBrowser, newVisitor } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { fillSignIn, signIn } from './admin-session'

let browser: Browser
let product: Product

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

const newPage = async (): Promise<Page> => await newVisitor(browser)

describe('without a session', () => {
  it.each(PAGE_GROUPS.flatMap(({ pages }) => pages.map(({ path }) => path)))(
    '%s answers 307 to sign-in and nothing of the page',
    async (path) => {
      const response = await fetch(product.url + path, { redirect: 'manual' })
      expect(response.status).toBe(307)
      const location = response.headers.get('location') ?? ''
      expect(new URL(location, product.url).pathname).toBe('/sign-in')
      // Next itself repeats the address as the body of a redirect; nothing of the page may be there.
      expect(['', location]).toContain(await response.text())
    },
  )

  it('a forged session cookie is no session', async () => {
    const headers = { cookie: 'growth-access=eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYXV0aGVudGljYXRlZCJ9.' }
    const response = await fetch(`${product.url}/admin`, { redirect: 'manual', headers })
    expect(response.status).toBe(307)
    expect(['', response.headers.get('location')]).toContain(await response.text())
  })

  it('sign-in says that a password is wrong, keeps the address, and lets the right one in', async () => {
    const page = await newPage()
    await page.goto(`${product.url}/admin?range=7d`)
    await page.waitForURL(/\/sign-in\?/)
    await fillSignIn(page, { email: product.admin.email, password: 'not the password' })
    const alert = page.getByRole('alert').filter({ hasText: /./ }).first()
    await alert.waitFor()
    expect(await alert.textContent()).toMatch(/password/i)
    expect(await page.locator('input[type=email]').inputValue()).toBe(product.admin.email)

    await fillSignIn(page, product.admin)
    await page.waitForURL(`${product.url}/admin?range=7d`)
    const cookies = (await page.context().cookies()).filter(({ name }) => name.startsWith('growth-'))
    expect(cookies.length).toBeGreaterThanOrEqual(2)
    for (const { name, httpOnly, sameSite } of cookies) expect([name, httpOnly, sameSite]).toEqual([name, true, 'Lax'])
  }, 60_000)

  it('never leaves the product after sign-in, whatever `next` says', async () => {
    const page = await newPage()
    await page.goto(`${product.url}/sign-in?next=${encodeURIComponent('//example.test/admin')}`)
    await fillSignIn(page, product.admin)
    await page.waitForURL((url) => url.pathname !== '/sign-in')
    expect(new URL(page.url()).origin).toBe(product.url)
  }, 60_000)
})

describe('the dashboard', () => {
  it('keeps its range in the address, through reload and the back button', async () => {
    const page = await newPage()
    await signIn(page, product)
    const range = (name: string) => page.getByRole('radio', { name })
    await range('30d').click()
    await page.waitForURL(`${product.url}/admin?range=30d`)
    await page.reload()
    expect(await range('30d').getAttribute('aria-checked')).toBe('true')
    await range('7d').click()
    await page.waitForURL(`${product.url}/admin?range=7d`)
    await page.goBack()
    await page.waitForURL(`${product.url}/admin?range=30d`)
    await expect.poll(() => range('30d').getAttribute('aria-checked')).toBe('true')
  }, 60_000)

  it('is reached by keyboard: the skip link first, and on to the range picker', async () => {
    const page = await newPage()
    await signIn(page, product)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('#main')
    const stops: string[] = []
    for (let stop = 0; stop < 40; stop += 1) {
      await page.keyboard.press('Tab')
      stops.push(
        await page.evaluate(
          () => document.activeElement?.getAttribute('role') ?? document.activeElement?.tagName ?? '',
        ),
      )
      if (stops.at(-1) === 'radio') break
    }
    expect(stops.at(-1)).toBe('radio')
    // A key is held for a moment: the picker chooses what is focused while it is down.
    await page.keyboard.press('ArrowRight', { delay: 100 })
    await page.waitForURL(/\?range=/)
  }, 60_000)

  it('takes what is looked at along to the other pages, and leaves it by a click on its chip', async () => {
    const page = await newPage()
    await signIn(page, product)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('button', { name: 'Country', exact: true }).click()
    await page.getByRole('combobox', { name: 'Country' }).fill('DE')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${product.url}/admin?country=DE`)
    await page.getByRole('button', { name: 'Compare with the period before' }).click()
    await page.waitForURL(`${product.url}/admin?country=DE&compare=true`)
    const vitals = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Vitals' })
    await expect.poll(() => vitals.getAttribute('href')).toBe('/admin/vitals?compare=true&country=DE')
    await page.getByRole('button', { name: 'Country Germany Remove' }).click()
    await page.waitForURL(`${product.url}/admin?compare=true`)
    await page.getByRole('list', { name: 'Filters' }).waitFor({ state: 'detached' })
  }, 60_000)

  it('shows days of the calendar, chosen by keyboard alone', async () => {
    const page = await newPage()
    await signIn(page, product)
    await page.getByRole('button', { name: 'Choose dates' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('First day').fill('2026-05-08')
    await page.getByLabel('Last day').fill('2026-05-01')
    await page.keyboard.press('Enter')
    await page.getByText('The first day lies after the last.').waitFor()
    await page.getByLabel('First day').fill('2026-05-01')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${product.url}/admin?from=2026-05-01&to=2026-05-01`)
    await page.getByRole('button', { name: 'Dates: May 1, 2026. Change' }).waitFor()
    // Escape closes what was opened and gives the focus back.
    await page.getByRole('button', { name: 'Filter', exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Segment', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Filter')
  }, 60_000)

  it('repeats a card’s figures by the request that the card itself names', async () => {
    const page = await newPage()
    await signIn(page, product)
    await page.getByRole('button', { name: 'How computed: Audience' }).click()
    const told = page.getByRole('dialog', { name: 'How “Audience” is computed' })
    const command = (await told.locator('pre').textContent()) ?? ''
    const address = /'(http[^']+)'/.exec(command)?.[1] ?? ''
    expect(new URL(address).pathname).toBe('/api/analytics/events')
    const response = await fetch(address, { headers: { authorization: `Bearer ${product.secretKey}` } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ data: { totals: { events: expect.any(Number) } } })
  }, 60_000)

  it('has its pages in a drawer on a phone, and its filters in a sheet', async () => {
    const page = await newVisitor(browser, { viewport: { width: 390, height: 844 } })
    await signIn(page, product)
    await page.getByRole('button', { name: 'Pages', exact: true }).click()
    await page.getByRole('dialog', { name: 'Pages' }).getByRole('link', { name: 'Ingestion' }).click()
    await page.waitForURL(`${product.url}/admin/ingest`)
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.goto(`${product.url}/admin`)
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    const sheet = page.getByRole('dialog', { name: 'Filter' })
    await sheet.getByRole('checkbox', { name: 'Include bots' }).click()
    await page.waitForURL(`${product.url}/admin?bots=true`)
    await sheet.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Bots are counted Remove' }).click()
    await page.waitForURL(`${product.url}/admin`)
  }, 60_000)

  it('is gone for the browser after signing out', async () => {
    const page = await newPage()
    await signIn(page, product)
    await page.getByRole('button', { name: /^Account of / }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(`${product.url}/sign-in`)
    await page.goto(`${product.url}/admin`)
    await page.waitForURL(/\/sign-in\?/)
  }, 60_000)
})
