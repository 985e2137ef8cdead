import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGE_GROUPS } from '@/components/shell/pages'
import { launchBrowser, leavePage, newVisitor, watchConsole } from '../support/browser'
import { type Product, startProduct } from '../support/product'
import { signIn } from './admin-session'
import { sendFromPage, sendFromServer, toEvent } from './collector'
import { visitDemo } from './demo-visit'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PUBLIC_PAGES = [
  '/',
  '/sign-in',
  '/docs/api',
  '/demo',
  '/demo/recipes/red-lentil-dal',
  '/demo/plan',
  '/demo/sign-up',
  '/demo/no-such-page',
]
/** Every page of the navigation, and some in another state than their first. */
const ADMIN_PAGES = [
  ...PAGE_GROUPS.flatMap(({ pages }) => pages.map(({ path }) => path)),
  '/admin?range=24h&compare=true&bots=true&country=DE',
  '/admin?from=2026-05-01&to=2026-05-02',
  '/admin/ingest?span=24h',
]
const DESKTOP = { width: 1280, height: 900 }
const PHONE = { width: 375, height: 812 }
/** A window of 1280 × 900 at 200 % zoom (WCAG 1.4.4). */
const ZOOMED = { width: 640, height: 450 }

let browser: Browser
let product: Product

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
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await product?.stop()
}, 60_000)

/** What axe finds of weight on the page as it stands, as `rule: selector` lines. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  expect(passes.length, 'rules that had something to check').toBeGreaterThan(5)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    )
}

describe.each(['light', 'dark'] as const)('in the %s scheme, axe finds nothing serious', (colorScheme) => {
  it('on the pages that anybody may see', async () => {
    const page = await newVisitor(browser, { colorScheme, viewport: DESKTOP, reducedMotion: 'reduce' })
    for (const path of PUBLIC_PAGES) {
      await page.goto(product.url + path, { waitUntil: 'networkidle' })
      expect(await findViolations(page), path).toEqual([])
    }
  }, 120_000)

  it.each([DESKTOP, PHONE])(
    'on the pages behind sign-in, $width pixels wide',
    async (viewport) => {
      const page = await newVisitor(browser, { colorScheme, viewport, reducedMotion: 'reduce' })
      await signIn(page, product)
      for (const path of ADMIN_PAGES) {
        await page.goto(product.url + path, { waitUntil: 'networkidle' })
        expect(await findViolations(page), path).toEqual([])
      }
    },
    120_000,
  )
})

describe('every page', () => {
  it('keeps to the content security policy and throws nothing', async () => {
    const page = await newVisitor(browser)
    const seen = watchConsole(page)
    await signIn(page, product)
    for (const path of [...ADMIN_PAGES, ...PUBLIC_PAGES.filter((each) => each !== '/demo/no-such-page')]) {
      const response = await page.goto(product.url + path, { waitUntil: 'networkidle' })
      const policy = response?.headers()['content-security-policy'] ?? ''
      expect(policy, path).toMatch(/script-src [^;]*'nonce-/)
      expect(/script-src [^;]*'unsafe-inline'/.test(policy), path).toBe(false)
    }
    expect(seen).toEqual({ violations: [], errors: [] })
  }, 120_000)

  it.each([
    ['a phone', PHONE],
    ['a window at 200 % zoom', ZOOMED],
  ])(
    'fits %s: nothing makes the page scroll sideways',
    async (_, viewport) => {
      const page = await newVisitor(browser, { viewport })
      await signIn(page, product)
      for (const path of [...ADMIN_PAGES, ...PUBLIC_PAGES]) {
        await page.goto(product.url + path, { waitUntil: 'networkidle' })
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(overflow, path).toBeLessThanOrEqual(0)
      }
    },
    120_000,
  )
})
