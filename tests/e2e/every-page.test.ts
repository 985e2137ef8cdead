import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE_GROUPS } from '@/components/shell/pages'
import { launchBrowser, leavePage, newVisitor, watchConsole } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'
import { sendFromPage, sendFromServer, toEvent } from './collector'
import { visitDemo } from './demo-visit'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const MISSING_PAGE = '/demo/no-such-page'
const PUBLIC_PAGES = [
  '/',
  '/sign-in',
  '/docs/api',
  '/demo',
  '/demo/recipes/red-lentil-dal',
  '/demo/plan',
  '/demo/sign-up',
  MISSING_PAGE,
]
/** Every page of the navigation, and some in another state than their first. */
const ADMIN_PAGES = [
  ...PAGE_GROUPS.flatMap(({ pages }) => pages.map(({ path }) => path)),
  '/admin?range=24h&compare=true&bots=true&country=DE',
  '/admin?from=2026-05-01&to=2026-05-02',
  '/admin/ingest?span=24h',
]
const LOOK = { viewport: { width: 1280, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce' } as const
const PHONE = { width: 375, height: 812 }
/** A window of 1280 × 900 at 200 % zoom (WCAG 1.4.4). */
const ZOOMED = { width: 640, height: 450 }
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

let browser: Browser
let product: Product
let anybody: BrowserContext
let admin: BrowserContext

beforeAll(async () => {
  browser = await launchBrowser()
  product = await startProduct()
  // With real figures the pages show their tables and charts, and not only their empty states.
  const visitor = await newVisitor(browser)
  await visitDemo(visitor, product.url)
  await leavePage(visitor)
  // A row that the store refuses and one of a bot, so that the banner, the letters and the groups are there, too.
  await sendFromServer(product, [toEvent({ timestamp: 8.6e15 })])
  await sendFromPage(product, [toEvent()], { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' })
  anybody = await browser.newContext(LOOK)
  admin = await browser.newContext(LOOK)
  await signIn(await admin.newPage(), product)
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

/** What axe finds of weight on the page as it stands, as `rule: selector` lines. */
async function findViolations(page: Page, options: RunOptions = {}): Promise<string[]> {
  const { violations, passes } = await page.evaluate(
    (asked) => (globalThis as unknown as { axe: { run(asked: RunOptions): Promise<AxeResults> } }).axe.run(asked),
    { resultTypes: ['violations'], ...options } satisfies RunOptions,
  )
  expect(passes.length, 'rules that had something to check').toBeGreaterThan(options.runOnly ? 0 : 5)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
}

/** Resolves when the page stands as it was last told to: laid out, and no colour on its way to another. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
    const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition)
    await Promise.allSettled(transitions.map(({ finished }) => finished))
  })
}

/** How far the page can be scrolled sideways, in px, in a window of this size. */
async function measureOverflow(page: Page, size: { width: number; height: number }): Promise<number> {
  await page.setViewportSize(size)
  await settle(page)
  return await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

/** What a dark scheme makes worse: it changes colours alone, so that only their rules are asked again. */
async function findDarkViolations(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' })
  await settle(page)
  const found = await findViolations(page, { runOnly: COLOUR_RULES })
  await page.emulateMedia({ colorScheme: 'light' })
  await settle(page)
  return found
}

/** Opens a page once and looks at it in every way: wide, narrow, zoomed, light and dark. */
async function lookAt(page: Page, path: string): Promise<void> {
  const seen = watchConsole(page)
  const response = await page.goto(product.url + path, { waitUntil: 'networkidle' })
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/script-src [^;]*'nonce-/)
  expect(policy).not.toMatch(/script-src [^;]*'unsafe-inline'/)

  await page.evaluate(axeSource)
  expect(await findViolations(page), 'in a wide window').toEqual([])
  expect(await findDarkViolations(page), 'dark, in a wide window').toEqual([])
  expect(await measureOverflow(page, ZOOMED), 'sideways at 200 % zoom').toBeLessThanOrEqual(0)
  expect(await measureOverflow(page, PHONE), 'sideways on a phone').toBeLessThanOrEqual(0)
  expect(await findViolations(page), 'on a phone').toEqual([])
  expect(await findDarkViolations(page), 'dark, on a phone').toEqual([])
  // A browser logs the status of a page that does not exist, which is right.
  if (path !== MISSING_PAGE) expect(seen).toEqual({ violations: [], errors: [] })
}

describe.concurrent('has no serious fault that axe finds, light or dark, wide or narrow, fits and keeps to its policy:', () => {
  it.for(PUBLIC_PAGES)('%s', { timeout: 120_000 }, async (path) => {
    const page = await anybody.newPage()
    await lookAt(page, path)
    await page.close()
  })

  it.for(ADMIN_PAGES)('%s', { timeout: 120_000 }, async (path) => {
    const page = await admin.newPage()
    await lookAt(page, path)
    await page.close()
  })
})
