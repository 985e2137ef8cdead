import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { resetEnv } from '@/lib/platform/env'
import { PEER_ADDRESS_HEADER } from '@/lib/platform/peer-headers'
import { startCollector } from './support/collector'

let collector: Awaited<ReturnType<typeof startCollector>>
beforeEach(async () => {
  collector = await startCollector()
  vi.resetModules()
  Reflect.deleteProperty(globalThis, Symbol.for('growth.server-analytics'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  resetEnv()
  await collector.close()
})

const load = async (settings: Record<string, string>) => {
  for (const [name, value] of Object.entries({ GROWTH_SECRET_KEY: '', ...settings })) vi.stubEnv(name, value)
  return await import('@/lib/analytics/server')
}

test('the instance of this install sends to its own port, at the collect path, with its secret key', async () => {
  const { serverAnalytics } = await load({ PORT: new URL(collector.origin).port, GROWTH_SECRET_KEY: 'sk_own' })
  serverAnalytics.track('order_placed', { userId: 'u' })
  expect(await serverAnalytics.close()).toEqual({ left: 0 })
  expect(collector.received[0]).toMatchObject({ path: '/_g/events', headers: { authorization: 'Bearer sk_own' } })
  expect(collector.events()).toMatchObject([{ event: 'order_placed', userId: 'u' }])
})

test('copies of the module in one process share one queue', async () => {
  const settings = { PORT: new URL(collector.origin).port, GROWTH_SECRET_KEY: 'sk_own' }
  const one = await load(settings)
  vi.resetModules()
  const other = await load(settings)
  expect(other.serverAnalytics).not.toBe(one.serverAnalytics)
  one.serverAnalytics.track('one')
  other.serverAnalytics.track('two')
  await other.serverAnalytics.close()
  expect(collector.received).toHaveLength(1)
})

test('without a key it says so once and does nothing', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const { serverAnalytics } = await load({ PORT: new URL(collector.origin).port })
  serverAnalytics.track('x')
  serverAnalytics.identify('u')
  expect(await serverAnalytics.flush()).toEqual({ left: 0 })
  expect(await serverAnalytics.createUserToken('u')).toBe('')
  expect(lines.map((line) => JSON.parse(line).event)).toEqual(['server_analytics_off'])
  expect(collector.received).toHaveLength(0)
})

test('with NEXT_PUBLIC_ANALYTICS_ENABLED=false it does nothing', async () => {
  const { serverAnalytics } = await load({
    PORT: new URL(collector.origin).port,
    GROWTH_SECRET_KEY: 'sk_own',
    NEXT_PUBLIC_ANALYTICS_ENABLED: 'false',
  })
  serverAnalytics.track('x')
  expect(await serverAnalytics.flush()).toEqual({ left: 0 })
  expect(collector.received).toHaveLength(0)
})

test('problems become log lines without anything that a person did', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  collector.replies.push({
    status: 202,
    body: { data: { accepted: 0, duplicates: 0, rejected: [{ index: 0, reason: 'too_old' }] } },
  })
  const { serverAnalytics } = await load({ PORT: new URL(collector.origin).port, GROWTH_SECRET_KEY: 'sk_own' })
  serverAnalytics.track('private name', { userId: 'u' })
  await serverAnalytics.close()
  const [line] = lines.map((text) => JSON.parse(text))
  expect(line).toMatchObject({ event: 'server_analytics_problem', reason: 'rejected', count: 1, because: 'too_old' })
  expect(lines.join()).not.toContain('private name')
})

test('the visitor’s address is the connection’s, and a forwarded one only from a trusted proxy', async () => {
  const { toVisitorContext } = await load({ GROWTH_TRUSTED_PROXIES: '10.0.0.0/8' })
  const headers = (peer: string) =>
    new Headers({ 'user-agent': 'Firefox', 'x-forwarded-for': '9.9.9.9', [PEER_ADDRESS_HEADER]: peer })
  expect(toVisitorContext(headers('1.2.3.4'))).toEqual({ userAgent: 'Firefox', ip: '1.2.3.4' })
  expect(toVisitorContext(headers('10.0.0.1'))).toEqual({ userAgent: 'Firefox', ip: '9.9.9.9' })
})
