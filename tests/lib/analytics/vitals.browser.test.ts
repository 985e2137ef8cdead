import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSdkPage, type SdkPage, startSdk } from './support/sdk-page'

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

test('the vitals of a page arrive early and again when they are final, as one navigation', async () => {
  await sdkPage.page.goto(`${sdkPage.collector.origin}/recipes`)
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.collector.until(() => sdkPage.collector.metrics().length > 0)
  await sdkPage.page.click('p')
  // An interaction is known two frames and one idle period after it.
  await sdkPage.page.evaluate(
    () =>
      new Promise<void>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => setTimeout(done, 100)))),
      ),
  )
  await sdkPage.page.goto('about:blank')
  const merged = () => Object.assign({}, ...sdkPage.collector.metrics())
  await sdkPage.collector.until(() => merged().inp !== undefined)
  expect(merged()).toMatchObject({ route: '/recipes', navigationType: 'navigate', cls: 0 })
  for (const vital of ['lcp', 'fcp', 'ttfb', 'inp']) expect(merged()[vital]).toBeGreaterThanOrEqual(0)
  expect(new Set(sdkPage.collector.metrics().map(({ id }) => id)).size).toBe(1)
  expect(new Set(sdkPage.collector.metrics().map(({ timestamp }) => timestamp)).size).toBe(1)
  const seqs = sdkPage.collector.metrics().map(({ seq }) => seq as number)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  expect(merged().attribution.lcp.target).toContain('p')
})
