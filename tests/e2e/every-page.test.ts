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
/** Walked at the same time: two cores have no use for more. */
const WALKS: readonly (readonly [name: string, context: () => BrowserContext, paths: readonly string[]])[] = [
  ['that anybody may see', () => anybody, PUBLIC_PAGES],
  ['behind sign-in, one half', () => admin, ADMIN_PAGES.filter((_, index) => index % 2 === 0)],
  ['behind sign-in, the other half', () => admin, ADMIN_PAGES.filter((_, index) => index % 2 === 1)],
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

/** How far the page can be scrolled sideways, in px, in a window of this size. */
async function measureOverflow(page: Page, size: { width: number; height: number }): Promise<number> {
  await page.setViewportSize(size)
  // Charts follow the size of their frame a frame later.
  await page.evaluate(() => new Promise(requestAnimationFrame))
  return await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
}

/** Changes the scheme, and ends what fades from one colour to the other: half-way nothing is as it will be read. */
async function setScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.evaluate(() => {
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish()
  })
}

/** What a dark scheme makes worse: it changes colours alone, so that only their rules are asked again. */
async function findDarkViolations(page: Page): Promise<string[]> {
  await setScheme(page, 'dark')
  const found = await findViolations(page, { runOnly: COLOUR_RULES })
  await setScheme(page, 'light')
  return found
}

/** Opens a page once and looks at it in every way: wide, narrow, zoomed, light and dark. */
async function lookAt(page: Page, path: string): Promise<void> {
  await page.setViewportSize(LOOK.viewport)
  const response = await page.goto(product.url + path, { waitUntil: 'networkidle' })
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy, path).toMatch(/script-src [^;]*'nonce-/)
  expect(policy, path).not.toMatch(/script-src [^;]*'unsafe-inline'/)

  await page.evaluate(axeSource)
  expect(await findViolations(page), `${path} in a wide window`).toEqual([])
  expect(await findDarkViolations(page), `${path} in a wide window, dark`).toEqual([])
  expect(await measureOverflow(page, ZOOMED), `${path} at 200 % zoom, sideways`).toBeLessThanOrEqual(0)
  expect(await measureOverflow(page, PHONE), `${path} on a phone, sideways`).toBeLessThanOrEqual(0)
  expect(await findViolations(page), `${path} on a phone`).toEqual([])
  expect(await findDarkViolations(page), `${path} on a phone, dark`).toEqual([])
}

describe.concurrent('every page has no serious fault that axe finds, light or dark, wide or narrow, fits and keeps to its policy', () => {
  it.for(WALKS)('%s', { timeout: 300_000 }, async ([, context, paths]) => {
    const page = await context().newPage()
    const seen = watchConsole(page)
    for (const path of paths) await lookAt(page, path)
    // A browser logs the status of a page that does not exist, which is right.
    const errors = seen.errors.filter((line) => !line.startsWith(product.url + MISSING_PAGE))
    expect({ ...seen, errors }).toEqual({ violations: [], errors: [] })
  })
})
