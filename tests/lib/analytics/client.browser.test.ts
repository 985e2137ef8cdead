import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startCollector } from './support/collector'
import { bundlePage } from './support/page-bundle'
import { openSdkPage, PAGE_HTML, type SdkPage, startSdk } from './support/sdk-page'

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

test('an item keeps the identity, the time and the properties it had when it was tracked', async () => {
  await sdkPage.open()
  await sdkPage.page.evaluate(() => {
    const properties = { count: 1 }
    sdk.track('before', properties)
    properties.count = 2
    sdk.identify('user-1')
    sdk.track('after')
    sdk.reset()
    sdk.track('later')
  })
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.events().length === 4)
  const [before, identify, after, later] = sdkPage.collector.events() as Record<string, string>[]
  expect(before).toMatchObject({ event: 'before', properties: { count: 1 }, route: '/' })
  expect(before?.userId).toBeUndefined()
  expect(identify).toMatchObject({ type: 'identify', userId: 'user-1', anonymousId: before?.anonymousId })
  expect(after).toMatchObject({ userId: 'user-1', anonymousId: before?.anonymousId, sessionId: before?.sessionId })
  expect(later?.userId).toBeUndefined()
  expect(later?.anonymousId).not.toBe(before?.anonymousId)
  expect(later?.sessionId).not.toBe(before?.sessionId)
  expect(before?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('without further consent there is no cookie, and nothing outlives the tab', async () => {
  await sdkPage.open()
  await sdkPage.page.evaluate(() => {
    sdk.identify('user-1')
    sdk.track('x')
  })
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(await sdkPage.page.context().cookies()).toEqual([])
  const left = await sdkPage.page.evaluate(async () => [
    document.cookie,
    Object.keys(localStorage),
    await indexedDB.databases(),
  ])
  expect(left).toEqual(['', [], []])
})

test('full consent needs no cookie either', async () => {
  await sdkPage.open()
  await sdkPage.page.evaluate(() => sdk.configureAnalytics({ consent: 'full' }))
  await sdkPage.track('x')
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(await sdkPage.page.context().cookies()).toEqual([])
})

/** Every text, number and boolean somewhere in a value. */
const toLeaves = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(toLeaves) : [value]

test.each([
  ['Global Privacy Control', 'globalPrivacyControl', true],
  ['Do Not Track, where it is honoured', 'doNotTrack', '1'],
])('under %s two batches share no value but what everybody’s share', async (_name, property, value) => {
  await sdkPage.page.addInitScript(
    ([name, said]) => Object.defineProperty(navigator, name as string, { value: said }),
    [property, value] as const,
  )
  for (const [path, event] of [
    ['/', 'one'],
    ['/recipes', 'two'],
  ] as const) {
    await sdkPage.open(path)
    await sdkPage.page.evaluate((name) => {
      sdk.configureAnalytics({ honourDnt: true, consent: 'full', userToken: 'a'.repeat(64) })
      sdk.identify('user-1', { plan: 'pro' })
      sdk.track(name)
    }, event)
    await sdkPage.page.clock.runFor(5_000)
    await sdkPage.collector.until(() => sdkPage.names().includes(event))
    // What is sent stays queued until its answer has reached the page; the next page would send it again.
    await expect.poll(sdkPage.queued).toBe(0)
  }
  const [one, two] = sdkPage.collector.received.map(({ body }) => new Set(toLeaves(body)))
  const shared = [...(one ?? [])].filter((leaf) => two?.has(leaf))
  // The consent, `webdriver`, no dropped items, no token, no referrer.
  expect(new Set(shared)).toEqual(new Set(['full', true, 0, null, '']))
  const left = await sdkPage.page.evaluate(async () => [
    Object.keys(sessionStorage).filter((key) => key.includes('growth')),
    Object.keys(localStorage),
    await indexedDB.databases(),
  ])
  expect(left).toEqual([[], [], []])
})

test('under Global Privacy Control no id is kept or sent', async () => {
  await sdkPage.page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }))
  await sdkPage.open()
  await sdkPage.page.evaluate(() => {
    sdk.identify('user-1')
    sdk.track('private')
  })
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(sdkPage.names()).toEqual(['private'])
  expect(Object.keys(sdkPage.collector.events()[0] ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(sessionId|anonymousId|userId)$/)]),
  )
  const ids = await sdkPage.page.evaluate(() =>
    ['session', 'anonymous', 'user'].map((name) => sessionStorage[`growth.${name}`]),
  )
  expect(ids).toEqual([null, null, null].map(() => undefined))
})

test('NEXT_PUBLIC_ANALYTICS_ENABLED=false turns everything off', async () => {
  const off = await startCollector({ scripts: await bundlePage({ NEXT_PUBLIC_ANALYTICS_ENABLED: 'false' }) })
  off.pages.set('/', PAGE_HTML)
  await sdkPage.page.clock.install()
  await sdkPage.page.goto(off.origin)
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.track('x')
  await sdkPage.hide()
  await sdkPage.page.clock.runFor(60_000)
  expect(off.received).toHaveLength(0)
  expect(await sdkPage.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('.')))).toEqual([])
  await off.close()
})
