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

test('an opt-out silences this and every later page and empties the storage', async () => {
  await sdkPage.open()
  await sdkPage.track('before')
  await sdkPage.page.evaluate(() => sdk.optOut())
  await sdkPage.track('after')
  await until(async () => (await sdkPage.queued()) === 0)
  const left = () =>
    sdkPage.page.evaluate(() =>
      [...Object.keys(sessionStorage), ...Object.keys(localStorage)].filter((key) => key.includes('.')),
    )
  await until(async () => (await left()).join() === 'growth.optout')
  await sdkPage.page.reload()
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.track('later')
  await sdkPage.hide()
  await sdkPage.page.clock.runFor(60_000)
  expect(sdkPage.collector.received).toHaveLength(0)
  await sdkPage.page.evaluate(() => sdk.optOut(false))
  await sdkPage.track('again')
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(sdkPage.names()).toEqual(['again'])
})

test('denied consent keeps and sends nothing, and takes back what was kept', async () => {
  await sdkPage.open()
  await sdkPage.track('before')
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'denied' }))
  await sdkPage.track('after')
  await until(async () => (await sdkPage.queued()) === 0)
  await sdkPage.page.clock.runFor(60_000)
  expect(sdkPage.collector.received).toHaveLength(0)
  expect(await sdkPage.page.evaluate(() => sessionStorage['growth.anonymous'])).toBeUndefined()
})

test('whoever takes full consent back leaves nothing in the browser', async () => {
  await sdkPage.open()
  sdkPage.collector.answerAlways({ status: 503 })
  const left = () =>
    sdkPage.page.evaluate(async () => [
      ...Object.keys(sessionStorage).filter((key) => key.includes('growth')),
      ...Object.keys(localStorage),
      ...(await indexedDB.databases()).map(({ name }) => name),
    ])
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'full' }))
  await sdkPage.track('kept for later')
  await until(async () => (await left()).includes('growth.tab'))
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'denied' }))
  await until(async () => !(await left()).includes('growth.tab'))
  // The page that holds the database open lets go of it with its end; the next one sees that it is gone.
  await sdkPage.page.reload()
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'denied' }))
  await until(async () => (await left()).length === 0)
})
