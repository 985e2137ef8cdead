// `node scripts/screenshots.ts`: takes the README's pictures. Starts the product on an empty store, lets browsers click
// through the demo, and photographs what the dashboard then shows: nothing on it is made up.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { signIn } from '../tests/e2e/admin-session.ts'
import { sendFromPage, sendFromServer, toEvent } from '../tests/e2e/collector.ts'
import { type DemoVisit, visitDemo } from '../tests/e2e/demo-visit.ts'
import { launchBrowser, leavePage, newVisitor } from '../tests/support/browser.ts'
import { type Product, startProduct } from '../tests/support/product.ts'
import { say, step } from './launch/progress.ts'

const folder = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'screenshots')
const DESKTOP = { width: 1440, height: 1000 }
/** Tall enough to show the vitals and the funnel, too. */
const DASHBOARD = { width: 1440, height: 2290 }
const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const UNSTORABLE_MS = 8.6e15
const SERVER_USER = 'customer-1042'
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
  await step('A crawler comes by, and a server sends what no column can hold', () => sendTrouble(product))
  await step('Taking pictures of that', async () => {
    await photographIngestion(browser, product)
    await photographPeople(browser, product)
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

/**
 * The last beacons arrive a moment after their pages are gone. Counted are sessions: visitors who did not sign up have one
 * address and one browser here, and are one person for the day.
 */
async function waitUntilCounted(product: Product, sessionCount: number): Promise<void> {
  const deadlineMs = Date.now() + 20_000
  let counted = 0
  while (counted < sessionCount) {
    if (Date.now() > deadlineMs) throw new Error(`Only ${counted} of ${sessionCount} visitors have arrived.`)
    const response = await fetch(`${product.url}/api/analytics/events?range=24h`, {
      headers: { authorization: `Bearer ${product.secretKey}` },
    })
    counted = ((await response.json()) as { data: { totals: { sessions: number } } }).data.totals.sessions
    await new Promise((wake) => setTimeout(wake, 200))
  }
}

async function photographDemo(browser: Browser, product: Product): Promise<void> {
  // Looking is not visiting: these pages are opened with the SDK's requests held back.
  const context = await browser.newContext({ viewport: DESKTOP })
  await context.route('**/_g/**', (route) => route.abort())
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
  const page = await openAdmin(browser, product, options)
  await page.getByRole('list', { name: 'Steps of Recipe Discovery' }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.context().close()
}

async function photographIngestion(browser: Browser, product: Product): Promise<void> {
  const page = await openAdmin(browser, product, { viewport: DESKTOP })
  await page.goto(`${product.url}/admin/ingest`)
  const arrivals = page.getByRole('region', { name: 'What arrived', exact: true })
  // Counts are written every few seconds.
  await arrivals.getByRole('table', { name: 'Evidence of bots' }).waitFor({ timeout: 30_000 })
  await page.getByRole('region', { name: 'Bots', exact: true }).getByRole('table').waitFor()
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, 'ingestion-light.png'), fullPage: true })
  await page.context().close()
}

async function photographPeople(browser: Browser, product: Product): Promise<void> {
  const page = await openAdmin(browser, product, { viewport: DESKTOP })
  await page.goto(`${product.url}/admin/people`)
  await page.getByLabel('Id', { exact: true }).fill(SERVER_USER)
  await page.getByRole('button', { name: 'Look up' }).click()
  await page.getByRole('button', { name: 'Export as JSON' }).waitFor()
  await page.screenshot({ path: join(folder, 'people-light.png'), fullPage: true })
  await page.context().close()
}

/** The dashboard, signed in, in a browser profile of its own. */
async function openAdmin(browser: Browser, product: Product, options: BrowserContextOptions): Promise<Page> {
  const page = await newVisitor(browser, { reducedMotion: 'reduce', timezoneId: 'UTC', ...options })
  await signIn(page, product)
  return page
}

/** What the ingestion page is for: rows of a bot, a row the store refuses, and somebody known to a server. */
async function sendTrouble(product: Product): Promise<void> {
  const crawled = [toEvent({ route: '/demo' }), toEvent({ route: '/demo/plan' })]
  await sendFromPage(product, crawled, { 'user-agent': CRAWLER })
  await sendFromServer(product, [
    toEvent({ timestamp: UNSTORABLE_MS }),
    toEvent({ type: 'identify', userId: SERVER_USER, anonymousId: 'laptop', traits: { plan: 'pro' } }),
    toEvent({ event: 'invoice_paid', userId: SERVER_USER }),
    toEvent({ event: 'recipe_viewed', anonymousId: 'laptop' }),
  ])
}
