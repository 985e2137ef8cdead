import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildTracker } from '../../../scripts/build-tracker'
import { launchBrowser } from '../../support/browser'
import { startCollector } from './support/collector'

type Growth = Record<'track' | 'page', (name?: string) => void> & { q: { push: (call: unknown[]) => void } }
declare const growth: Growth

let browser: Browser
let scripts: string
let collector: Awaited<ReturnType<typeof startCollector>>
let site: Awaited<ReturnType<typeof startCollector>>
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  scripts = await mkdtemp(join(tmpdir(), 'growth-tracker-'))
  await buildTracker(scripts)
})
afterAll(() => browser?.close())

beforeEach(async () => {
  // Two origins: the site, and the host that the script comes from.
  collector = await startCollector({ scripts })
  site = await startCollector()
  page = await (await browser.newContext()).newPage()
  site.pages.set(
    '/start',
    `<!doctype html><title>site</title>
     <script>window.growth = window.growth || { q: [] }; growth.q.push(['track', 'early', { at: 'load' }])</script>
     <script defer src="${collector.origin}/t.js" data-key="pk_site" data-release="7"></script>
     <button data-growth-event="buy" data-growth-plan="pro" data-growth-plan-name="Pro"><b>Buy</b></button>`,
  )
})
afterEach(async () => {
  await page.context().close()
  await Promise.all([collector.close(), site.close()])
})

async function open(path: string): Promise<void> {
  await page.goto(site.origin + path)
  await page.waitForFunction(() => 'track' in ((window as unknown as { growth?: object }).growth ?? {}))
}
/** Leaves the page, by which everything is sent. */
const leave = async (isThere: () => boolean) => {
  await page.goto('about:blank')
  await collector.until(isThere)
}
const byName = (name: string) =>
  [...new Map(collector.events().map((event) => [event.id, event])).values()].filter(({ event }) => event === name)

test('from another origin page view, early calls and clicks arrive without a preflight', async () => {
  await open('/start?utm_source=mail&token=secret')
  await page.click('b')
  await page.evaluate(() => {
    growth.track('direct')
    growth.q.push(['track', 'late'])
  })
  await leave(() => byName('late').length === 1)
  expect(collector.methods).not.toContain('OPTIONS')
  expect(collector.received[0]?.body).toMatchObject({ key: 'pk_site', context: { consent: 'anonymous', release: '7' } })
  expect(byName('$pageview')).toMatchObject([{ route: '/start?utm_source=mail' }])
  expect(byName('early')).toMatchObject([{ properties: { at: 'load' } }])
  expect(byName('buy')).toMatchObject([{ properties: { plan: 'pro', 'plan-name': 'Pro' } }])
  expect(byName('direct')).toHaveLength(1)
  expect(site.methods).toEqual([])
})

test('each navigation of a single-page app is one page view; the same path again is none', async () => {
  await open('/start')
  await page.evaluate(() => {
    history.replaceState(null, '', '/start?tab=2')
    history.pushState(null, '', '/one')
    history.replaceState(null, '', '/one#more')
    history.pushState(null, '', '/two')
    history.pushState(null, '', '/one')
  })
  await page.goBack()
  await page.waitForFunction(() => location.pathname === '/two')
  await page.evaluate(() => growth.track('done'))
  await leave(() => byName('done').length === 1)
  expect(byName('$pageview').map(({ route }) => route)).toEqual(['/start', '/one', '/two', '/one', '/two'])
})

test('the vitals chunk comes from the script’s host and measures the page', async () => {
  await open('/start')
  await collector.until(() => collector.metrics().some(({ ttfb }) => ttfb !== undefined))
  expect(collector.metrics()[0]).toMatchObject({ navigationType: 'navigate' })
  expect(collector.metrics()[0]?.route).toBe('/start')
})

test('the page is never broken: without storage, with a wrong call, with the host gone', async () => {
  const errors: unknown[] = []
  page.on('pageerror', (error) => errors.push(error))
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('no', 'SecurityError')
        },
      })
    }
  })
  await open('/start')
  await page.evaluate(() => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    growth.q.push(['track', 'circular', circular])
    growth.q.push(['unknown'])
    growth.track('fine')
  })
  await leave(() => byName('fine').length === 1)
  expect(byName('fine')[0]?.anonymousId).toBe(byName('$pageview')[0]?.anonymousId)
  expect(errors).toEqual([])
})
