import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { launchBrowser } from '../../../support/browser'
import { startCollector } from './collector'
import { bundlePage } from './page-bundle'

type Sdk = typeof import('@/lib/analytics/growth') &
  Pick<typeof import('@/lib/analytics/performance'), 'performanceMonitor'>
declare const sdk: Sdk

/** A page that carries the SDK as `window.sdk`, in a browser profile of its own, and the collector that it speaks to. */
export type SdkPage = Awaited<ReturnType<typeof openSdkPage>>

/** A page with nothing but the SDK. */
export const PAGE_HTML = '<!doctype html><title>page</title><script type="module" src="/app.js"></script><p>page</p>'

/** Starts Chromium and bundles the SDK, once for a file of tests. */
export async function startSdk(environment: Record<string, string> = {}) {
  return { browser: await launchBrowser(), scripts: await bundlePage(environment) }
}

export async function openSdkPage({ browser, scripts }: { browser: Browser; scripts: string }) {
  const collector = await startCollector({ scripts })
  collector.pages.set('/', PAGE_HTML)
  collector.pages.set('/recipes', PAGE_HTML)
  const page: Page = await (await browser.newContext()).newPage()
  const setHidden = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }, isHidden)
  return {
    collector,
    page,
    /** Opens the page with its timers stopped and vitals off, so that only what a test does is sent. */
    async open(path = '/', isFrozen = true): Promise<void> {
      if (isFrozen) await page.clock.install()
      await page.goto(collector.origin + path)
      await page.waitForFunction(() => 'sdk' in window)
      await page.evaluate(() => sdk.performanceMonitor.configure({ enableWebVitals: false }))
      if (isFrozen) await page.clock.pauseAt(Date.now() + 60_000)
    },
    track: (...names: string[]) =>
      page.evaluate((all) => {
        for (const name of all) sdk.track(name)
      }, names),
    hide: () => setHidden(true),
    show: () => setHidden(false),
    /** How many items the tab's storage holds. */
    queued: () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('growth.q.')).length),
    /** Names of the events received, in order. */
    names: () => collector.events().map(({ event }) => event),
    async close(): Promise<void> {
      await page.context().close()
      await collector.close()
    },
  }
}

/** Looks again until it is so; fails after ten seconds. */
export const until = (isTrue: () => Promise<boolean>) => expect.poll(isTrue, { timeout: 10_000 }).toBe(true)
