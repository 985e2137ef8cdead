import type { Page } from 'playwright-core'
import type { EventsReport } from '@/lib/contracts/events-report'
import type { PerformanceReport } from '@/lib/contracts/performance-report'
import type { Product } from '../support/product'

type Account = { email: string; password: string }

/** Signs in through the form and waits for the page behind it. */
export async function signIn(page: Page, product: Product, account: Account = product.admin): Promise<void> {
  await page.goto(`${product.url}/sign-in?next=/admin`)
  await fillSignIn(page, account)
  await page.waitForURL(`${product.url}/admin`)
}

/** Fills the sign-in form and sends it. */
export async function fillSignIn(page: Page, { email, password }: Account): Promise<void> {
  await page.locator('input[type=email]').fill(email)
  await page.locator('input[type=password]').fill(password)
  await page.locator('form button[type=submit]').click()
}

type Reports = { events: EventsReport; performance: PerformanceReport }

/** A report as the signed-in page's own cookies may read it. */
export async function readReport<Name extends keyof Reports>(
  page: Page,
  product: Product,
  name: Name,
): Promise<Reports[Name]> {
  const response = await page.request.get(`${product.url}/api/analytics/${name}?range=24h`)
  if (!response.ok()) throw new Error(`${name} answered ${response.status()}: ${await response.text()}`)
  return ((await response.json()) as { data: Reports[Name] }).data
}

/** Sends a change as a page of the product does: with the session's cookies and the product's own origin. */
export async function sendChange(
  page: Page,
  product: Product,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  data?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await page.request.fetch(`${product.url}${path}`, {
    method,
    headers: { origin: product.url },
    ...(data !== undefined && { data }),
  })
  const text = await response.text()
  return { status: response.status(), body: text === '' ? null : JSON.parse(text) }
}
