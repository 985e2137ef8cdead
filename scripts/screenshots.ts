// `node scripts/screenshots.ts`: takes the README's pictures. Starts the product twice: on an empty store, where browsers click
// through the demo and what was really sent is shown; and, where there is a Postgres, on the history that the benchmarks
// generate (90 days of a product's life), for the pages whose questions take weeks of people to mean anything.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import openPostgres from 'postgres'
import { migrate } from '../supabase/embedded/migrations.ts'
import { openPostgresStore } from '../supabase/embedded/postgres-store.ts'
import { loadHistory } from '../tests/bench/queries/load.ts'
import { signIn } from '../tests/e2e/admin-session.ts'
import { sendFromPage, sendFromServer, toEvent } from '../tests/e2e/collector.ts'
import { type DemoVisit, visitDemo } from '../tests/e2e/demo-visit.ts'
import { launchBrowser, leavePage, newVisitor } from '../tests/support/browser.ts'
import { startOwnPostgres } from '../tests/support/postgres.ts'
import { type Product, startProduct } from '../tests/support/product.ts'
import { say, step } from './launch/progress.ts'

const folder = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'screenshots')
const DESKTOP = { width: 1440, height: 900 }
const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const UNSTORABLE_MS = 8.6e15
const SERVER_USER = 'customer-1042'
const PHONE = { width: 390, height: 844 }

const HOUR_MS = 3_600_000
const HISTORY = { events: 60_000, days: 90 }
const FUNNEL = JSON.stringify({
  steps: [{ event: 'recipe_viewed' }, { event: 'recipe_clicked' }, { event: 'meal_planned' }],
})

/** The pages of the history, by the names of their pictures. */
const PAGES = {
  dashboard: '/admin?range=30d&compare=true',
  funnels: `/admin/funnels?${new URLSearchParams({ range: '30d', funnel: FUNNEL })}`,
  retention: '/admin/retention?range=30d&interval=week',
  vitals: '/admin/vitals?range=30d',
  paths: '/admin/paths?range=30d',
  live: '/admin/live',
} as const
type PageName = keyof typeof PAGES
type Look = { options: BrowserContextOptions; pages: readonly PageName[] }

/** How the pages are looked at: all of them on a bright screen, of the rest as many as the README shows. */
const LOOKS: Readonly<Record<string, Look>> = {
  light: {
    options: { viewport: DESKTOP, colorScheme: 'light' },
    pages: ['dashboard', 'funnels', 'retention', 'vitals', 'paths', 'live'],
  },
  dark: { options: { viewport: DESKTOP, colorScheme: 'dark' }, pages: ['dashboard'] },
  phone: { options: { viewport: PHONE, deviceScaleFactor: 2 }, pages: ['dashboard'] },
}

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
const browser = await launchBrowser()
try {
  await photographHistory(browser)
  await photographVisits(browser)
  say(`In ${folder}`)
} finally {
  await browser.close()
}

/** The demo as a visitor sees it, and what became of everything that was sent. */
async function photographVisits(browser: Browser): Promise<void> {
  const product = await startProduct()
  try {
    await step(`${VISITS.length} visitors click through the demo`, async () => {
      for (const visit of VISITS) await runVisit(browser, product, visit)
      await waitUntilCounted(product, VISITS.length)
    })
    await step('Taking pictures', () => photographDemo(browser, product))
    await step('A crawler comes by, and a server sends what no column can hold', () => sendTrouble(product))
    await step('Taking pictures of that', async () => {
      await photographIngestion(browser, product)
      await photographPeople(browser, product)
    })
  } finally {
    await product.stop()
  }
}

/** The analytic pages over a generated history, in a Postgres that lives as long as this takes. */
async function photographHistory(browser: Browser): Promise<void> {
  const cluster = await startOwnPostgres()
  if (!cluster) return say('No Postgres on this machine: the pictures of the analytic pages stay as they are.')
  try {
    await step(`Generating ${HISTORY.days} days of ${HISTORY.events} events`, () => fillStore(cluster.url))
    const product = await startProduct({ databaseUrl: cluster.url })
    try {
      await sendFromServer(product, toMinutesOfEvents(25))
      for (const [name, look] of Object.entries(LOOKS)) {
        await step(`Taking pictures, ${name}`, () => photographPages(browser, product, name, look))
      }
    } finally {
      await product.stop()
    }
  } finally {
    await cluster.stop()
  }
}

async function fillStore(url: string): Promise<void> {
  const store = await openPostgresStore(url)
  await migrate(store)
  await store.close()
  const sql = openPostgres(url, { max: 1, onnotice: () => {} })
  await loadHistory(sql, { ...HISTORY, toMs: Math.floor(Date.now() / HOUR_MS) * HOUR_MS }, () => {})
  await sql.end()
}

/** What four people did in the last minutes, for the live view. */
function toMinutesOfEvents(minutes: number): object[] {
  const names = ['$pageview', 'recipe_viewed', '$pageview', 'meal_planned', 'search']
  const routes = ['/recipes', '/recipes/[id]', '/plans', '/']
  return Array.from({ length: minutes * 3 }, (_, index) =>
    toEvent({
      event: names[index % names.length],
      route: routes[(index * 7) % routes.length],
      timestamp: Date.now() - ((minutes * 3 - index) * 60_000) / 3,
      userId: `guest-${index % 4}`,
      sessionId: `visit-${index % 4}`,
    }),
  )
}

async function photographPages(
  browser: Browser,
  product: Product,
  look: string,
  { options, pages }: Look,
): Promise<void> {
  const page = await openAdmin(browser, product, options)
  for (const name of pages) {
    await page.goto(`${product.url}${PAGES[name]}`)
    await waitUntilDrawn(page)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
  }
  await page.context().close()
}

/** What is shown is there when nothing loads any more, and each chart when the browser was idle so often. */
async function waitUntilDrawn(page: Page): Promise<void> {
  await page.locator('main section').first().waitFor()
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"], main .skeleton') === null)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main figure[aria-labelledby]')].every((figure) =>
      figure.querySelector('svg.recharts-surface'),
    ),
  )
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
  await page.goto(`${product.url}/admin/people?tab=rights`)
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
