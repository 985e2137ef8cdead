// `node scripts/screenshots.ts`: takes the README's pictures. Starts the product on an empty store, lets browsers click
// through the demo, and photographs what the dashboard then shows: nothing on it is made up.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { type DemoVisit, visitDemo } from '../tests/e2e/demo-visit.ts'
import { launchBrowser, leavePage, newVisitor } from '../tests/support/browser.ts'
import { type Product, startProduct } from '../tests/support/product.ts'
import { say, step } from './launch/progress.ts'

const folder = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'screenshots')
const DESKTOP = { width: 1440, height: 1000 }
/** Tall enough to show the vitals and the funnel, too. */
const DASHBOARD = { width: 1440, height: 2290 }
const PHONE = { width: 390, height: 844 }

/** Twelve visitors; half of them sign up. */
const VISITS: readonly DemoVisit[] = [
  { recipe: 'Pea and mint pasta', day: 'Monday', name: 'Ada' },
  { recipe: 'Shakshuka with feta', day: 'Tuesday', name: 'Bo' },
  { recipe: 'Red lentil dal', day: 'Wednesday', name: 'Chris' },
  { recipe: 'Lemon chickpea orzo', day: 'Thursday', name: 'Dana' },
  { recipe: 'Pea and mint pasta', day: 'Friday', name: 'Eli' },
  { recipe: 'Mushroom and barley soup', day: 'Saturday', name: 'Fran' },
  { recipe: 'Red lentil dal', day: 'Sunday', stopAfter: 'plan' },
  { recipe: 'Shakshuka with feta', day: 'Monday', stopAfter: 'plan' },
  { recipe: 'Pea and mint pasta', stopAfter: 'recipe' },
  { recipe: 'Miso aubergine on rice', stopAfter: 'recipe' },
  { stopAfter: 'list' },
  { stopAfter: 'list' },
]

mkdirSync(folder, { recursive: true })
const product = await startProduct()
const browser = await launchBrowser()
try {
  await step(`${VISITS.length} visitors click through the demo`, async () => {
    for (const visit of VISITS) await runVisit(browser, product, visit)
    await waitUntilCounted(product, VISITS.length)
  })
  await step('Taking pictures', async () => {
    await photographDemo(browser, product)
    await photographDashboard(browser, product, 'dashboard-light', { viewport: DASHBOARD, colorScheme: 'light' })
    await photographDashboard(browser, product, 'dashboard-dark', { viewport: DASHBOARD, colorScheme: 'dark' })
    await photographDashboard(browser, product, 'dashboard-phone', { viewport: PHONE, deviceScaleFactor: 2 })
  })
  say(`In ${folder}`)
} finally {
  await browser.close()
  await product.stop()
}

async function runVisit(browser: Browser, product: Product, visit: DemoVisit): Promise<void> {
  const page = await newVisitor(browser)
  await visitDemo(page, product.url, visit)
  // The profile stays open until the end: closing it would cut off the beacon that the page left with.
  await leavePage(page)
}

/** The last beacons arrive a moment after their pages are gone. */
async function waitUntilCounted(product: Product, personCount: number): Promise<void> {
  const deadlineMs = Date.now() + 20_000
  let counted = 0
  while (counted < personCount) {
    if (Date.now() > deadlineMs) throw new Error(`Only ${counted} of ${personCount} visitors have arrived.`)
    const response = await fetch(`${product.url}/api/analytics/events?range=24h`, {
      headers: { authorization: `Bearer ${product.secretKey}` },
    })
    counted = ((await response.json()) as { data: { totals: { people: number } } }).data.totals.people
    await new Promise((wake) => setTimeout(wake, 200))
  }
}

async function photographDemo(browser: Browser, product: Product): Promise<void> {
  // Looking is not visiting: these pages are opened with the SDK's requests held back.
  const context = await browser.newContext({ viewport: DESKTOP })
  await context.route('**/api/analytics/**', (route) => route.abort())
  // A beacon that leaves with its page is past all routes.
  await context.addInitScript(() => {
    navigator.sendBeacon = () => true
  })
  const page = await context.newPage()
  await visitDemo(page, product.url, { stopAfter: 'list' })
  await page.getByRole('button', { name: 'vegetarian' }).click()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(folder, 'demo.png') })
  await context.close()
}

async function photographDashboard(
  browser: Browser,
  product: Product,
  name: string,
  options: BrowserContextOptions,
): Promise<void> {
  const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  await page.goto(`${product.url}/sign-in?next=/admin`)
  await page.locator('input[type=email]').fill(product.admin.email)
  await page.locator('input[type=password]').fill(product.admin.password)
  await page.locator('form button[type=submit]').click()
  await page.waitForURL(`${product.url}/admin`)
  await page.getByRole('list', { name: 'Steps of Recipe Discovery' }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await context.close()
}
