import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createServerAnalytics,
  type ServerAnalytics,
  type ServerAnalyticsSettings,
} from '@/lib/analytics/server/create-server-analytics'
import type { Problem } from '@/lib/analytics/server/sender'
import { collectedConversion, collectedEvent, collectedIdentify } from '@/lib/contracts/collect-events'
import { findFreePort } from '../../../support/postgres'
import { startCollector } from '../support/collector'

let collector: Awaited<ReturnType<typeof startCollector>>
let opened: ServerAnalytics[]
const problems: Problem[] = []
const waiting: (() => void)[] = []

beforeEach(async () => {
  collector = await startCollector()
  opened = []
  problems.length = 0
})
afterEach(async () => {
  collector.answerAlways(undefined)
  await Promise.all(opened.map((each) => each.close()))
  await collector.close()
})

function open(settings: Partial<ServerAnalyticsSettings> = {}): ServerAnalytics {
  const analytics = createServerAnalytics({
    endpoint: `${collector.origin}/_g`,
    secretKey: 'sk_1',
    handlesSignals: false,
    onProblem: (problem) => {
      problems.push(problem)
      for (const wake of waiting.splice(0)) wake()
    },
    ...settings,
  })
  opened.push(analytics)
  return analytics
}

async function untilProblem(reason: Problem['reason']): Promise<void> {
  while (!problems.some((problem) => problem.reason === reason)) await new Promise<void>((wake) => waiting.push(wake))
}
const names = () => collector.events().map(({ event }) => event)

test('what is sent is what the contract asks for, with the key in the header alone', async () => {
  const analytics = open({ release: '1.2.3' })
  const person = { userId: 'u', anonymousId: 'a', sessionId: 's', route: '/orders/[id]', referrer: 'https://x.test/' }
  analytics.track('order_placed', { ...person, properties: { total: 12 }, timestamp: new Date(1_763_700_000_000) })
  analytics.conversion('Shop', 'paid', { userId: 'u', timestamp: 1_763_700_000_001 })
  analytics.identify('u', { anonymousId: 'a', traits: { plan: 'pro' } })
  expect(await analytics.flush()).toEqual({ left: 0 })

  const [request] = collector.received
  expect(collector.received).toHaveLength(1)
  expect(request?.path).toBe('/_g/events')
  expect(request?.headers.authorization).toBe('Bearer sk_1')
  expect(Object.keys(request?.body ?? {})).toEqual(['sentAt', 'context', 'events'])
  expect(request?.body.context).toEqual({ release: '1.2.3' })
  const [event, conversion, identify] = request?.body.events ?? []
  expect(collectedEvent.parse(event)).toMatchObject({
    ...person,
    event: 'order_placed',
    timestamp: 1_763_700_000_000,
    properties: { total: 12 },
  })
  expect(collectedConversion.parse(conversion)).toMatchObject({
    funnel: 'Shop',
    step: 'paid',
    userId: 'u',
    timestamp: 1_763_700_000_001,
  })
  expect(collectedIdentify.parse(identify)).toMatchObject({ userId: 'u', anonymousId: 'a', traits: { plan: 'pro' } })
})

test('id, time and properties are frozen at the call', async () => {
  const analytics = open()
  const properties = { count: 1 }
  const fromMs = Date.now()
  analytics.track('x', { properties })
  const toMs = Date.now()
  properties.count = 2
  collector.replies.push({ status: 503 })
  await analytics.flush()
  const [first, second] = collector.events()
  expect(first).toMatchObject({ properties: { count: 1 } })
  expect(first?.timestamp).toBeGreaterThanOrEqual(fromMs)
  expect(first?.timestamp).toBeLessThanOrEqual(toMs)
  expect(second).toEqual(first)
})

test('ten items leave at once, fewer with the interval', async () => {
  const analytics = open({ flushInterval: 20 })
  for (let at = 0; at < 10; at += 1) analytics.track(`e${at}`)
  await collector.until(() => collector.events().length === 10)
  expect(collector.received).toHaveLength(1)
  analytics.track('alone')
  await collector.until(() => names().includes('alone'))
})

test('a collector that is away loses nothing: when it comes back everything arrives, once and with its own time', async () => {
  const port = await findFreePort()
  const analytics = open({ endpoint: `http://127.0.0.1:${port}/_g`, flushInterval: 5 })
  for (let at = 0; at < 25; at += 1) analytics.track(`e${at}`, { timestamp: 1_763_700_000_000 + at })
  await untilProblem('delayed')
  expect(problems[0]).toMatchObject({ reason: 'delayed', status: null })
  const back = await startCollector({ port })
  await back.until(() => back.events().length >= 25)
  expect(await analytics.flush()).toEqual({ left: 0 })
  expect(back.events().map(({ event, timestamp }) => [event, timestamp])).toEqual(
    Array.from({ length: 25 }, (_, at) => [`e${at}`, 1_763_700_000_000 + at]),
  )
  await back.close()
})

test('an answer that is lost on the way brings the same bytes again', async () => {
  const analytics = open()
  collector.replies.push({ status: 202, isLost: true })
  analytics.track('x', { userId: 'u' })
  expect(await analytics.flush()).toEqual({ left: 0 })
  expect(collector.events()).toHaveLength(2)
  expect(collector.events()[0]).toEqual(collector.events()[1])
})

test.each([401, 429, 503])('after %d with Retry-After nothing is sent before, and nothing is lost', async (status) => {
  const analytics = open({ flushTimeoutMs: 50 })
  collector.replies.push({ status, headers: { 'Retry-After': '60' } })
  analytics.track('patient')
  expect(await analytics.flush()).toEqual({ left: 1 })
  for (let at = 0; at < 20; at += 1) analytics.track(`e${at}`)
  expect(await analytics.flush()).toEqual({ left: 21 })
  expect(collector.received).toHaveLength(1)
  expect(problems).toMatchObject([{ reason: 'delayed', status }])
})

test('a flush takes no longer than it may, and says what is left', async () => {
  const analytics = open({ flushTimeoutMs: 30 })
  collector.answerAlways({ status: 503 })
  analytics.track('x')
  expect(await analytics.flush()).toEqual({ left: 1 })
})

test('items that the collector rejects are reported with their reasons; their neighbours are kept', async () => {
  const analytics = open()
  collector.replies.push({
    status: 202,
    body: { data: { accepted: 1, duplicates: 0, rejected: [{ index: 1, reason: 'invalid_event' }] } },
  })
  analytics.track('good')
  analytics.track('')
  expect(await analytics.flush()).toEqual({ left: 0 })
  const bad = collector.events()[1]
  expect(problems).toEqual([{ reason: 'rejected', items: [{ id: bad?.id, reason: 'invalid_event' }] }])
})

test('a batch that no retry can mend is given up and reported', async () => {
  const analytics = open()
  collector.replies.push({ status: 422 })
  analytics.track('x')
  expect(await analytics.flush()).toEqual({ left: 0 })
  expect(problems).toEqual([{ reason: 'refused', status: 422, count: 1 }])
})

test('a queue that overflows drops the oldest page views first and tells the collector how many went, once', async () => {
  const analytics = open({ itemsMax: 4, batchSize: 100, flushInterval: 60_000 })
  analytics.track('first')
  analytics.track('$pageview')
  for (let at = 0; at < 4; at += 1) analytics.track(`e${at}`)
  expect(await analytics.flush()).toEqual({ left: 0 })
  analytics.track('later')
  await analytics.flush()
  expect(names()).toEqual(['e0', 'e1', 'e2', 'e3', 'later'])
  expect(collector.received.map(({ body }) => body.context.dropped)).toEqual([2, undefined])
  expect(problems).toEqual([{ reason: 'dropped', count: 2 }])
})

test('each visitor’s agent and address go with their own items alone', async () => {
  const analytics = open()
  analytics.track('one', { visitor: { userAgent: 'A', ip: '1.1.1.1', consent: 'full' } })
  analytics.track('two', { visitor: { userAgent: 'B', ip: '2.2.2.2' } })
  analytics.track('own')
  analytics.track('three', { visitor: { userAgent: 'A', ip: '1.1.1.1', consent: 'full' } })
  await analytics.flush()
  const seen = collector.received.map(({ body }) => [body.context, body.events?.map(({ event }) => event)])
  expect(seen).toHaveLength(3)
  expect(seen).toEqual(
    expect.arrayContaining([
      [{ userAgent: 'A', ip: '1.1.1.1', consent: 'full' }, ['one', 'three']],
      [{ userAgent: 'B', ip: '2.2.2.2' }, ['two']],
      [{}, ['own']],
    ]),
  )
})

test('under a visitor’s Global Privacy Control no id leaves the process, and the collector hears of the signal', async () => {
  const analytics = open()
  const visitor = { userAgent: 'A', hasGpc: true, hasDnt: true }
  analytics.track('private', { userId: 'u', anonymousId: 'a', sessionId: 's', visitor })
  analytics.identify('u', { visitor, traits: { plan: 'pro' } })
  await analytics.flush()
  const [request] = collector.received
  expect([request?.headers['sec-gpc'], request?.headers.dnt]).toEqual(['1', '1'])
  expect(request?.body.events).toHaveLength(1)
  expect(Object.keys(request?.body.events?.[0] ?? {})).toEqual(['id', 'timestamp', 'event'])
})

test('nothing that product code hands over or a listener does makes a call throw', async () => {
  const analytics = open({
    onProblem: (problem) => {
      problems.push(problem)
      throw new Error('a listener of no use')
    },
  })
  const circular: Record<string, never> = {}
  Object.assign(circular, { circular })
  analytics.track('circular', { properties: circular })
  analytics.track('big', { properties: { value: 1n as never } })
  analytics.track('fine')
  expect(await analytics.flush()).toEqual({ left: 0 })
  expect(names()).toEqual(['fine'])
  expect(problems).toEqual([{ reason: 'unsendable' }, { reason: 'unsendable' }])
})

test('the token for a page’s identify comes from the same key', async () => {
  expect(await open().createUserToken('user-1')).toMatch(/^[0-9a-f]{64}$/)
})
