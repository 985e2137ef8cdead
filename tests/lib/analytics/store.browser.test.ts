import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSdkPage, type SdkPage, startSdk, until } from './support/sdk-page'

type Sdk = typeof import('@/lib/analytics/growth') &
  Pick<typeof import('@/lib/analytics/performance'), 'performanceMonitor'>
declare const sdk: Sdk

let started: Awaited<ReturnType<typeof startSdk>>
let sdkPage: SdkPage
beforeAll(async () => {
  started = await startSdk()
})
afterAll(() => started?.browser.close())
beforeEach(async () => {
  sdkPage = await openSdkPage(started)
})
afterEach(() => sdkPage.close())

/** How many items the browser's database holds. */
const count = () =>
  sdkPage.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('growth')
        // Looking must not create it: the SDK would find its database without what it holds.
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onerror = () => resolve(0)
        opening.onsuccess = () => {
          const counting = opening.result.transaction('queue').objectStore('queue').count()
          counting.onsuccess = () => {
            opening.result.close()
            resolve(counting.result)
          }
        }
      }),
  )

test('with full consent items survive the tab, and one of two later tabs takes them over', async () => {
  await sdkPage.open('/', false)
  sdkPage.collector.answerAlways({ status: 503, headers: { 'Retry-After': '600' } })
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'full' }))
  await sdkPage.track('durable')
  await until(async () => (await count()) === 1)
  expect(await sdkPage.queued()).toBe(0)
  // What leaves by beacon is refused, too, and must have arrived before the tabs are watched.
  await sdkPage.hide()
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  const context = sdkPage.page.context()
  await sdkPage.page.close()
  sdkPage.collector.answerAlways(undefined)
  sdkPage.collector.received.length = 0

  const tabs = [await context.newPage(), await context.newPage()]
  for (const tab of tabs) {
    await tab.clock.install({ time: Date.now() + 120_000 })
    await tab.goto(sdkPage.collector.origin)
    await tab.waitForFunction(() => 'sdk' in window)
    await tab.evaluate(() => {
      sdk.performanceMonitor.configure({ enableWebVitals: false })
      sdk.configureAnalytics({ consent: 'full', flushInterval: 10 })
    })
  }
  sdkPage.page = tabs[0] as Page
  await sdkPage.collector.until(() => sdkPage.collector.events().length === 1)
  await until(async () => (await count()) === 0)
  await (tabs[1] as Page).clock.runFor(10_000)
  expect(sdkPage.names()).toEqual(['durable'])
})

test('who comes back a moment after the tab was closed sends what it left, with its time and id', async () => {
  await sdkPage.open('/', false)
  sdkPage.collector.answerAlways({ status: 503, headers: { 'Retry-After': '600' } })
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'full' }))
  await sdkPage.track('left behind')
  await until(async () => (await count()) === 1)
  await sdkPage.hide()
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  const [left] = sdkPage.collector.events()
  const context = sdkPage.page.context()
  await sdkPage.page.close()
  sdkPage.collector.answerAlways(undefined)
  sdkPage.collector.received.length = 0

  sdkPage.page = await context.newPage()
  await sdkPage.page.clock.install()
  await sdkPage.page.goto(sdkPage.collector.origin)
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.page.evaluate(() => {
    sdk.performanceMonitor.configure({ enableWebVitals: false })
    sdk.configureAnalytics({ consent: 'full' })
  })
  await until(async () => {
    await sdkPage.page.clock.runFor(10_000)
    return (await count()) === 0
  })
  expect(sdkPage.collector.events()).toEqual([left])
})
