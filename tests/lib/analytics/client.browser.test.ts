import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../../support/browser'
import { startCollector } from './support/collector'
import { bundlePage } from './support/page-bundle'

type Sdk = typeof import('@/lib/analytics/growth') &
  Pick<typeof import('@/lib/analytics/performance'), 'performanceMonitor'>
declare const sdk: Sdk

let browser: Browser
let scripts: string
let collector: Awaited<ReturnType<typeof startCollector>>
let page: Page

const html = '<!doctype html><title>page</title><script type="module" src="/app.js"></script><p>page</p>'

beforeAll(async () => {
  browser = await launchBrowser()
  scripts = await bundlePage()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  collector = await startCollector({ scripts })
  collector.pages.set('/', html)
  collector.pages.set('/recipes', html)
  page = await (await browser.newContext()).newPage()
})
afterEach(async () => {
  await page.context().close()
  await collector.close()
})

/** Opens the page with its timers stopped and vitals off, so that only what a test does is sent. */
async function open(path = '/', isFrozen = true): Promise<void> {
  if (isFrozen) await page.clock.install()
  await page.goto(collector.origin + path)
  await page.waitForFunction(() => 'sdk' in window)
  await page.evaluate(() => sdk.performanceMonitor.configure({ enableWebVitals: false }))
  if (isFrozen) await page.clock.pauseAt(Date.now() + 60_000)
}

const track = (...names: string[]) => page.evaluate((all) => all.forEach((name) => sdk.track(name)), names)
const hide = () =>
  page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })
const show = () =>
  page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: false, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })
const queued = () =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('growth.q.')).length)
const until = (isTrue: () => Promise<boolean>) => expect.poll(isTrue, { timeout: 10_000 }).toBe(true)
const names = () => collector.events().map(({ event }) => event)

test('an item keeps the identity, the time and the properties it had when it was tracked', async () => {
  await open()
  await page.evaluate(() => {
    const properties = { count: 1 }
    sdk.track('before', properties)
    properties.count = 2
    sdk.identify('user-1')
    sdk.track('after')
    sdk.reset()
    sdk.track('later')
  })
  await page.clock.runFor(5_000)
  await collector.until(() => collector.events().length === 4)
  const [before, identify, after, later] = collector.events() as Record<string, string>[]
  expect(before).toMatchObject({ event: 'before', properties: { count: 1 }, route: '/' })
  expect(before?.userId).toBeUndefined()
  expect(identify).toMatchObject({ type: 'identify', userId: 'user-1', anonymousId: before?.anonymousId })
  expect(after).toMatchObject({ userId: 'user-1', anonymousId: before?.anonymousId, sessionId: before?.sessionId })
  expect(later?.userId).toBeUndefined()
  expect(later?.anonymousId).not.toBe(before?.anonymousId)
  expect(later?.sessionId).not.toBe(before?.sessionId)
  expect(before?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('ten items leave at once, fewer after the interval', async () => {
  await open()
  await track(...Array.from({ length: 10 }, (_, index) => `e${index}`))
  await collector.until(() => collector.received.length === 1)
  expect(collector.events()).toHaveLength(10)
  await until(async () => (await queued()) === 0)
  await track('alone')
  await page.clock.runFor(4_000)
  expect(collector.received).toHaveLength(1)
  await page.clock.runFor(1_000)
  await collector.until(() => collector.received.length === 2)
  expect(names().at(-1)).toBe('alone')
})

test('a batch has the shape of the contract and causes no preflight from another origin', async () => {
  const other = await startCollector()
  await open()
  await page.evaluate((endpoint) => {
    sdk.configureAnalytics({ endpoint, publishableKey: 'pk_1', release: '1.2.3' })
    sdk.track('x')
    sdk.performanceMonitor.trackMetric({ route: '/search', name: 'search', value: 12.5 })
  }, `${other.origin}/api/analytics`)
  await page.clock.runFor(5_000)
  await page.clock.runFor(1)
  await other.until(() => other.received.length >= 1)
  await until(async () => {
    await page.clock.runFor(1)
    return other.received.length === 2
  })
  expect(other.methods).toEqual(['POST', 'POST'])
  const [events, metrics] = other.received
  expect(events?.headers['content-type']).toMatch(/^text\/plain/)
  expect(events?.headers.cookie).toBeUndefined()
  expect(events?.path).toBe('/api/analytics/events')
  expect(events?.body).toMatchObject({ key: 'pk_1', context: { consent: 'anonymous', release: '1.2.3' } })
  expect(Object.keys(events?.body ?? {})).toEqual(['key', 'sentAt', 'context', 'events'])
  expect(metrics?.path).toBe('/api/analytics/performance')
  expect(metrics?.body.metrics).toMatchObject([{ route: '/search', custom: { search: 12.5 } }])
  await other.close()
})

test('a hidden page sends by beacon and keeps the items until a fetch has confirmed them', async () => {
  await open()
  await track('seen')
  await hide()
  await collector.until(() => collector.received.length === 1)
  expect(await queued()).toBe(1)
  await hide()
  await show()
  await collector.until(() => collector.received.length === 2)
  await until(async () => (await queued()) === 0)
  expect(collector.events()[0]).toEqual(collector.events()[1])
})

test('what does not fit into one beacon goes in several, each under 60 KiB', async () => {
  await open()
  await page.evaluate(() => {
    sdk.configureAnalytics({ batchSize: 100 })
    for (let at = 0; at < 6; at += 1) sdk.track(`e${at}`, { text: 'ä'.repeat(4_500) })
  })
  await hide()
  await collector.until(() => collector.events().length >= 5)
  for (const { headers } of collector.received) expect(Number(headers['content-length'])).toBeLessThanOrEqual(60 * 1024)
})

test('fails twice, then succeeds, and sends the same item under the same id', async () => {
  await open()
  collector.replies.push({ status: 503 }, { status: 500 })
  await track('persistent')
  await page.clock.runFor(5_000)
  for (const count of [1, 2, 3]) {
    await until(async () => {
      await page.clock.runFor(500)
      return collector.received.length >= count
    })
  }
  await until(async () => (await queued()) === 0)
  expect(new Set(collector.events().map(({ id }) => id)).size).toBe(1)
  expect(new Set(collector.received.map(({ body }) => body.sentAt)).size).toBe(3)
})

test('a collector that fails for ever keeps the queue bounded; the oldest page views go first', async () => {
  await open()
  collector.answerAlways({ status: 503, headers: { 'Retry-After': '3600' } })
  await page.evaluate(() => {
    for (let at = 0; at < 600; at += 1) {
      sdk.track(`e${at}`)
      sdk.page()
    }
  })
  expect(await queued()).toBe(1_000)
  const kept = await page.evaluate(
    () => Object.values(sessionStorage).filter((text) => text.includes('$pageview')).length,
  )
  expect(kept).toBe(400)
})

test('Retry-After is honoured', async () => {
  await open()
  collector.replies.push({ status: 429, headers: { 'Retry-After': '120' } })
  await track('patient')
  await page.clock.runFor(5_000)
  await collector.until(() => collector.received.length === 1)
  // The answer is settled once the entry may be carried again.
  await until(async () =>
    page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /refusal/.test(name))),
  )
  await page.clock.runFor(119_000)
  expect(collector.received).toHaveLength(1)
  await until(async () => {
    await page.clock.runFor(1_000)
    return collector.received.length === 2
  })
})

test('a wrong clock is corrected once, by what the collector says', async () => {
  await open()
  const serverTime = Date.now() - 7_200_000
  collector.replies.push({
    status: 409,
    body: { error: { code: 'clock_skew', message: '', requestId: '', serverTime } },
  })
  await track('skewed')
  await page.clock.runFor(5_000)
  await until(async () => {
    await page.clock.runFor(10)
    return collector.received.length === 2
  })
  const [first, second] = collector.received
  const shift = (second?.body.events?.[0]?.timestamp as number) - (first?.body.events?.[0]?.timestamp as number)
  expect(shift).toBe(serverTime - (first?.body.sentAt as number))
  expect(second?.body.events?.[0]?.id).toBe(first?.body.events?.[0]?.id)
  expect(Math.abs((second?.body.sentAt as number) - serverTime)).toBeLessThan(60_000)
})

test('too large a batch is halved until it fits', async () => {
  await open()
  const refuse = ({ body }: { body: { events?: unknown[] } }) =>
    (body.events?.length ?? 0) > 5 ? { status: 413 } : { status: 202, body: { data: { rejected: [] } } }
  collector.replies.push(...Array.from({ length: 20 }, () => refuse))
  await page.evaluate(() => {
    for (let at = 0; at < 10; at += 1) sdk.track(`e${at}`, { text: 'x'.repeat(4_000) })
  })
  await until(async () => {
    await page.clock.runFor(10)
    return (await queued()) === 0
  })
  expect(new Set(names())).toHaveLength(10)
})

test('a refused key ends sending and empties the queue', async () => {
  await open()
  collector.answerAlways({ status: 401 })
  await track('refused')
  await page.clock.runFor(5_000)
  await until(async () => (await queued()) === 0)
  await track('unsent')
  await page.clock.runFor(60_000)
  expect(collector.received).toHaveLength(1)
})

test('rejected items are dropped, those ahead of the server are stamped by its clock and sent again', async () => {
  await open()
  collector.replies.push(({ body }) => ({
    status: 202,
    body: {
      data: {
        accepted: 0,
        duplicates: 0,
        rejected: [
          { index: 0, reason: 'invalid_event' },
          { index: 1, reason: 'in_future' },
        ],
      },
      meta: { serverTime: body.sentAt - 120_000 },
    },
  }))
  await track('bad', 'early')
  await page.clock.runFor(5_000)
  await until(async () => {
    await page.clock.runFor(10)
    return collector.received.length === 2
  })
  expect(names()).toEqual(['bad', 'early', 'early'])
  const [, early, again] = collector.events() as { timestamp: number }[]
  expect((again?.timestamp ?? 0) - (early?.timestamp ?? 0)).toBe(-120_000)
})

test('a reload loses nothing and repeats only under the same id', async () => {
  await open()
  collector.answerAlways({ status: 503 })
  await track('one', 'two')
  await page.reload()
  await page.waitForFunction(() => 'sdk' in window)
  collector.answerAlways(undefined)
  await until(async () => {
    await page.clock.runFor(5_000)
    return (await queued()) === 0
  })
  const byId = new Map(collector.events().map(({ id, event }) => [id, event]))
  expect([...byId.values()].sort()).toEqual(['one', 'two'])
})

test('with full consent items survive the tab, and one of two later tabs takes them over', async () => {
  await open('/', false)
  collector.answerAlways({ status: 503, headers: { 'Retry-After': '600' } })
  await page.evaluate(() => sdk.configureAnalytics({ consent: 'full' }))
  await track('durable')
  const count = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open('growth')
          opening.onsuccess = () => {
            if (!opening.result.objectStoreNames.contains('queue')) return resolve(0)
            const counting = opening.result.transaction('queue').objectStore('queue').count()
            counting.onsuccess = () => {
              opening.result.close()
              resolve(counting.result)
            }
          }
        }),
    )
  await until(async () => (await count()) === 1)
  expect(await queued()).toBe(0)
  const context = page.context()
  await page.close()
  collector.answerAlways(undefined)
  collector.received.length = 0

  const tabs = [await context.newPage(), await context.newPage()]
  for (const tab of tabs) {
    await tab.clock.install({ time: Date.now() + 120_000 })
    await tab.goto(collector.origin)
    await tab.waitForFunction(() => 'sdk' in window)
    await tab.evaluate(() => {
      sdk.performanceMonitor.configure({ enableWebVitals: false })
      sdk.configureAnalytics({ consent: 'full', flushInterval: 10 })
    })
  }
  page = tabs[0] as Page
  await collector.until(() => collector.events().length === 1)
  await until(async () => (await count()) === 0)
  await (tabs[1] as Page).clock.runFor(10_000)
  expect(names()).toEqual(['durable'])
})

test('under Global Privacy Control no id is kept or sent', async () => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }))
  await open()
  await page.evaluate(() => {
    sdk.identify('user-1')
    sdk.track('private')
  })
  await page.clock.runFor(5_000)
  await collector.until(() => collector.received.length === 1)
  expect(names()).toEqual(['private'])
  expect(Object.keys(collector.events()[0] ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(sessionId|anonymousId|userId)$/)]),
  )
  const ids = await page.evaluate(() =>
    ['session', 'anonymous', 'user'].map((name) => sessionStorage[`growth.${name}`]),
  )
  expect(ids).toEqual([null, null, null].map(() => undefined))
})

test('an opt-out silences this and every later page and empties the storage', async () => {
  await open()
  await track('before')
  await page.evaluate(() => sdk.optOut())
  await track('after')
  await until(async () => (await queued()) === 0)
  const left = () =>
    page.evaluate(() =>
      [...Object.keys(sessionStorage), ...Object.keys(localStorage)].filter((key) => key.includes('.')),
    )
  await until(async () => (await left()).join() === 'growth.optout')
  await page.reload()
  await page.waitForFunction(() => 'sdk' in window)
  await track('later')
  await hide()
  await page.clock.runFor(60_000)
  expect(collector.received).toHaveLength(0)
  await page.evaluate(() => sdk.optOut(false))
  await track('again')
  await page.clock.runFor(5_000)
  await collector.until(() => collector.received.length === 1)
  expect(names()).toEqual(['again'])
})

test('denied consent keeps and sends nothing, and takes back what was kept', async () => {
  await open()
  await track('before')
  await page.evaluate(() => sdk.configureAnalytics({ consent: 'denied' }))
  await track('after')
  await until(async () => (await queued()) === 0)
  await page.clock.runFor(60_000)
  expect(collector.received).toHaveLength(0)
  expect(await page.evaluate(() => sessionStorage['growth.anonymous'])).toBeUndefined()
})

test('the vitals of a page arrive early and again when they are final, as one navigation', async () => {
  await page.goto(`${collector.origin}/recipes`)
  await page.waitForFunction(() => 'sdk' in window)
  await collector.until(() => collector.metrics().length > 0)
  await page.click('p')
  // An interaction is known two frames and one idle period after it.
  await page.evaluate(
    () =>
      new Promise<void>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => setTimeout(done, 100)))),
      ),
  )
  await page.goto('about:blank')
  const merged = () => Object.assign({}, ...collector.metrics())
  await collector.until(() => merged().inp !== undefined)
  expect(merged()).toMatchObject({ route: '/recipes', navigationType: 'navigate', cls: 0 })
  for (const vital of ['lcp', 'fcp', 'ttfb', 'inp']) expect(merged()[vital]).toBeGreaterThanOrEqual(0)
  expect(new Set(collector.metrics().map(({ id }) => id)).size).toBe(1)
  expect(new Set(collector.metrics().map(({ timestamp }) => timestamp)).size).toBe(1)
  const seqs = collector.metrics().map(({ seq }) => seq as number)
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  expect(merged().attribution.lcp.target).toContain('p')
})

test('NEXT_PUBLIC_ANALYTICS_ENABLED=false turns everything off', async () => {
  const off = await startCollector({ scripts: await bundlePage({ NEXT_PUBLIC_ANALYTICS_ENABLED: 'false' }) })
  off.pages.set('/', html)
  await page.clock.install()
  await page.goto(off.origin)
  await page.waitForFunction(() => 'sdk' in window)
  await track('x')
  await hide()
  await page.clock.runFor(60_000)
  expect(off.received).toHaveLength(0)
  expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('.')))).toEqual([])
  await off.close()
})
