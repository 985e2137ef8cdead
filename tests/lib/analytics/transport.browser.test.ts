import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startCollector } from './support/collector'
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

test('ten items leave at once, fewer after the interval', async () => {
  await sdkPage.open()
  await sdkPage.track(...Array.from({ length: 10 }, (_, index) => `e${index}`))
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(sdkPage.collector.events()).toHaveLength(10)
  await until(async () => (await sdkPage.queued()) === 0)
  await sdkPage.track('alone')
  await sdkPage.page.clock.runFor(4_000)
  expect(sdkPage.collector.received).toHaveLength(1)
  await sdkPage.page.clock.runFor(1_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 2)
  expect(sdkPage.names().at(-1)).toBe('alone')
})

test('a batch has the shape of the contract and causes no preflight from another origin', async () => {
  const other = await startCollector()
  await sdkPage.open()
  await sdkPage.page.evaluate((endpoint) => {
    sdk.configureAnalytics({ endpoint, publishableKey: 'pk_1', release: '1.2.3' })
    sdk.track('x')
    sdk.performanceMonitor.trackMetric({ route: '/search', name: 'search', value: 12.5 })
  }, `${other.origin}/_g`)
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.page.clock.runFor(1)
  await other.until(() => other.received.length >= 1)
  await until(async () => {
    await sdkPage.page.clock.runFor(1)
    return other.received.length === 2
  })
  expect(other.methods).toEqual(['POST', 'POST'])
  const [events, metrics] = other.received
  expect(events?.headers['content-type']).toMatch(/^text\/plain/)
  expect(events?.headers.cookie).toBeUndefined()
  expect(events?.path).toBe('/_g/events')
  expect(events?.body).toMatchObject({ key: 'pk_1', context: { consent: 'anonymous', release: '1.2.3' } })
  expect(Object.keys(events?.body ?? {})).toEqual(['key', 'sentAt', 'context', 'events'])
  expect(metrics?.path).toBe('/_g/performance')
  expect(metrics?.body.metrics).toMatchObject([{ route: '/search', custom: { search: 12.5 } }])
  await other.close()
})

test('a hidden page sends by beacon and keeps the items until a fetch has confirmed them', async () => {
  await sdkPage.open()
  await sdkPage.track('seen')
  await sdkPage.hide()
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(await sdkPage.queued()).toBe(1)
  await sdkPage.hide()
  await sdkPage.show()
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 2)
  await until(async () => (await sdkPage.queued()) === 0)
  expect(sdkPage.collector.events()[0]).toEqual(sdkPage.collector.events()[1])
})

test('what does not fit into one beacon goes in several, each under 60 KiB', async () => {
  await sdkPage.open()
  await sdkPage.page.evaluate(() => {
    sdk.configureAnalytics({ batchSize: 100 })
    for (let at = 0; at < 6; at += 1) sdk.track(`e${at}`, { text: 'ä'.repeat(4_500) })
  })
  await sdkPage.hide()
  await sdkPage.collector.until(() => sdkPage.collector.events().length >= 5)
  for (const { headers } of sdkPage.collector.received)
    expect(Number(headers['content-length'])).toBeLessThanOrEqual(60 * 1024)
})

test('fails twice, then succeeds, and sends the same item under the same id', async () => {
  await sdkPage.open()
  sdkPage.collector.replies.push({ status: 503 }, { status: 500 })
  await sdkPage.track('persistent')
  await sdkPage.page.clock.runFor(5_000)
  for (const count of [1, 2, 3]) {
    await until(async () => {
      await sdkPage.page.clock.runFor(500)
      return sdkPage.collector.received.length >= count
    })
  }
  await until(async () => (await sdkPage.queued()) === 0)
  expect(new Set(sdkPage.collector.events().map(({ id }) => id)).size).toBe(1)
  expect(new Set(sdkPage.collector.received.map(({ body }) => body.sentAt)).size).toBe(3)
})

test('a collector that fails for ever keeps the queue bounded; the oldest page views go first', async () => {
  await sdkPage.open()
  sdkPage.collector.answerAlways({ status: 503, headers: { 'Retry-After': '3600' } })
  await sdkPage.page.evaluate(() => {
    for (let at = 0; at < 600; at += 1) {
      sdk.track(`e${at}`)
      sdk.page()
    }
  })
  expect(await sdkPage.queued()).toBe(1_000)
  const kept = await sdkPage.page.evaluate(
    () => Object.values(sessionStorage).filter((text) => text.includes('$pageview')).length,
  )
  expect(kept).toBe(400)
})

test('how many items the bound has cost is told until a collector has confirmed it, also after a reload', async () => {
  await sdkPage.open()
  sdkPage.collector.answerAlways({ status: 503 })
  await sdkPage.page.evaluate(() => {
    for (let at = 0; at < 1_007; at += 1) sdk.track(`e${at}`)
  })
  await sdkPage.page.reload()
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await sdkPage.page.evaluate(() => sdk.performanceMonitor.configure({ enableWebVitals: false }))
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.at(-1)?.body.context.dropped === 7)
  sdkPage.collector.answerAlways(undefined)
  sdkPage.collector.received.length = 0
  await until(async () => {
    await sdkPage.page.clock.runFor(5_000)
    return (await sdkPage.queued()) === 0
  })
  const told = sdkPage.collector.received.map(({ body }) => body.context.dropped)
  expect(told[0]).toBe(7)
  expect(new Set(told.slice(1))).toEqual(new Set([0]))
  expect(new Set(sdkPage.names()).size).toBe(1_000)
})

test('a browser that a program drives says so', async () => {
  await sdkPage.open()
  await sdkPage.track('driven')
  await sdkPage.page.clock.runFor(5_000)
  await sdkPage.collector.until(() => sdkPage.collector.received.length === 1)
  expect(sdkPage.collector.received[0]?.body.context.webdriver).toBe(true)
})

test('offline, reloaded, online again: everything arrives, with the times and ids it was given', async () => {
  await sdkPage.open()
  const context = sdkPage.page.context()
  await context.setOffline(true)
  await sdkPage.track('one', 'two')
  await sdkPage.page.clock.runFor(7_000)
  await sdkPage.track('three')
  const kept = await sdkPage.page.evaluate(() =>
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith('growth.q.'))
      .map((key) => JSON.parse(sessionStorage[key] as string)[1]),
  )
  expect(sdkPage.collector.received).toHaveLength(0)
  await expect(sdkPage.page.reload()).rejects.toThrow('ERR_INTERNET_DISCONNECTED')
  await context.setOffline(false)
  await sdkPage.page.goto(sdkPage.collector.origin)
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  await until(async () => {
    await sdkPage.page.clock.runFor(5_000)
    return (await sdkPage.queued()) === 0
  })
  // Chromium's offline switch does not stop the beacon of a page that is left: then a copy arrives twice, and the id tells.
  const arrived = new Set(sdkPage.collector.events().map((event) => JSON.stringify(event)))
  expect(arrived).toEqual(new Set(kept.map((event) => JSON.stringify(event))))
  expect(arrived.size).toBe(3)
})

test('when answers are lost on the way, what is sent again is the same to the last byte', async () => {
  await sdkPage.open()
  sdkPage.collector.replies.push({ status: 202, isLost: true }, { status: 202, isLost: true })
  await sdkPage.track('one', 'two')
  await until(async () => {
    await sdkPage.page.clock.runFor(1_000)
    return (await sdkPage.queued()) === 0
  })
  const sent = sdkPage.collector.received.map(({ body }) => JSON.stringify(body.events))
  expect(sent).toHaveLength(3)
  expect(new Set(sent).size).toBe(1)
})

test.each([429, 503])('Retry-After is honoured after %d', async (status) => {
  await sdkPage.open()
  const chunk = sdkPage.page.waitForEvent('requestfinished', (request) => request.url().includes('/refusal-'))
  sdkPage.collector.replies.push({ status, headers: { 'Retry-After': '120' } })
  await sdkPage.track('patient')
  await sdkPage.page.clock.runFor(5_000)
  await chunk
  await sdkPage.page.clock.runFor(119_000)
  expect(sdkPage.collector.received).toHaveLength(1)
  await until(async () => {
    await sdkPage.page.clock.runFor(1_000)
    return sdkPage.collector.received.length === 2
  })
})

test('a wrong clock is corrected once, by what the collector says', async () => {
  await sdkPage.open()
  const serverTime = Date.now() - 7_200_000
  sdkPage.collector.replies.push({
    status: 409,
    body: { error: { code: 'clock_skew', message: '', requestId: '', serverTime } },
  })
  await sdkPage.track('skewed')
  await sdkPage.page.clock.runFor(5_000)
  await until(async () => {
    await sdkPage.page.clock.runFor(10)
    return sdkPage.collector.received.length === 2
  })
  const [first, second] = sdkPage.collector.received
  const shift = (second?.body.events?.[0]?.timestamp as number) - (first?.body.events?.[0]?.timestamp as number)
  expect(shift).toBe(serverTime - (first?.body.sentAt as number))
  expect(second?.body.events?.[0]?.id).toBe(first?.body.events?.[0]?.id)
  expect(Math.abs((second?.body.sentAt as number) - serverTime)).toBeLessThan(60_000)
})

test('too large a batch is halved until it fits', async () => {
  await sdkPage.open()
  const refuse = ({ body }: { body: { events?: unknown[] } }) =>
    (body.events?.length ?? 0) > 5 ? { status: 413 } : { status: 202, body: { data: { rejected: [] } } }
  sdkPage.collector.replies.push(...Array.from({ length: 20 }, () => refuse))
  await sdkPage.page.evaluate(() => {
    for (let at = 0; at < 10; at += 1) sdk.track(`e${at}`, { text: 'x'.repeat(400) })
  })
  await until(async () => {
    await sdkPage.page.clock.runFor(10)
    return (await sdkPage.queued()) === 0
  })
  expect(new Set(sdkPage.names())).toHaveLength(10)
  expect(sdkPage.collector.received[0]?.body.events).toHaveLength(10)
})

test('a refused key ends sending and empties the queue', async () => {
  await sdkPage.open()
  sdkPage.collector.answerAlways({ status: 401 })
  await sdkPage.track('refused')
  await sdkPage.page.clock.runFor(5_000)
  await until(async () => (await sdkPage.queued()) === 0)
  await sdkPage.track('unsent')
  await sdkPage.page.clock.runFor(60_000)
  expect(sdkPage.collector.received).toHaveLength(1)
})

test('rejected items are dropped, those ahead of the server are stamped by its clock and sent again', async () => {
  await sdkPage.open()
  sdkPage.collector.replies.push(({ body }) => ({
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
  await sdkPage.track('bad', 'early')
  await sdkPage.page.clock.runFor(5_000)
  await until(async () => {
    await sdkPage.page.clock.runFor(10)
    return sdkPage.collector.received.length === 2
  })
  expect(sdkPage.names()).toEqual(['bad', 'early', 'early'])
  const [, early, again] = sdkPage.collector.events() as { timestamp: number }[]
  expect((again?.timestamp ?? 0) - (early?.timestamp ?? 0)).toBe(-120_000)
})

test('a reload loses nothing and repeats only under the same id', async () => {
  await sdkPage.open()
  sdkPage.collector.answerAlways({ status: 503 })
  await sdkPage.track('one', 'two')
  await sdkPage.page.reload()
  await sdkPage.page.waitForFunction(() => 'sdk' in window)
  sdkPage.collector.answerAlways(undefined)
  await until(async () => {
    await sdkPage.page.clock.runFor(5_000)
    return (await sdkPage.queued()) === 0
  })
  const byId = new Map(sdkPage.collector.events().map(({ id, event }) => [id, event]))
  expect([...byId.values()].sort()).toEqual(['one', 'two'])
})

test('an item too large to be kept alive is sent while the page lives, and holds up nobody', async () => {
  await sdkPage.open()
  await sdkPage.page.evaluate(() => sdk.track('large', { text: 'x'.repeat(100_000) }))
  await sdkPage.track('small')
  await until(async () => {
    await sdkPage.page.clock.runFor(5_000)
    return (await sdkPage.queued()) === 0
  })
  expect(sdkPage.names().toSorted()).toEqual(['large', 'small'])
})
