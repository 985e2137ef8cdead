import { describe, expect, test } from 'vitest'
import type { CollectRequest, KeyKind } from '../../../lib/collect/collect-request'
import { asksForPrivacy, readRowContext } from '../../../lib/collect/row-context'
import { toVisitorKey } from '../../../lib/collect/visitor-key'
import { NOW_MS, project, toRequest } from './request'

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const headers = {
  'user-agent': CHROME,
  'accept-language': 'en',
  origin: 'https://shop.example',
  'sec-fetch-site': 'cross-site',
}
const page = { headers, address: '203.0.113.77', country: 'AT' }

const read = (
  request: CollectRequest,
  { kind = 'publishable', settings = {} }: { kind?: KeyKind; settings?: Record<string, unknown> } = {},
) => readRowContext(request, { kind, project: { ...project, settings } }, async () => 'salt')

describe('a browser', () => {
  test('is known by its request alone, whatever the context claims', async () => {
    const context = { userAgent: 'Googlebot', ip: '198.51.100.1' }
    const settings = { keepsAddresses: true, keepsUserAgents: true }
    expect(await read(toRequest({ context }, page), { settings })).toMatchObject({
      userAgent: CHROME,
      ip: '203.0.113.0',
      country: 'AT',
      botReasons: null,
      agent: { browser: 'Chrome' },
    })
  })

  test('leaves neither agent nor address behind unless the project asks for them', async () => {
    expect(await read(toRequest({}, page))).toMatchObject({ userAgent: null, ip: null })
  })

  test('is marked by two kinds of evidence: what the page, the headers and the network say', async () => {
    const driven = { context: { webdriver: true } }
    expect((await read(toRequest(driven, page))).botReasons).toBeNull()
    expect((await read(toRequest(driven, { ...page, isDataCentre: true }))).botReasons).toEqual([
      'headless',
      'data_centre',
    ])
    const bare = { ...page, headers: { 'user-agent': CHROME } }
    expect((await read(toRequest(driven, bare))).botReasons).toEqual(['headless', 'missing_headers'])
    const hinted = { ...page, headers: { ...headers, 'sec-ch-ua': '"HeadlessChrome";v="156"' } }
    expect((await read(toRequest({}, hinted))).botReasons).toEqual(['headless'])
  })

  test('is a visitor of the site whose page it shows', async () => {
    const key = toVisitorKey('salt', {
      projectId: project.id,
      address: '203.0.113.77',
      userAgent: CHROME,
      siteHost: 'shop.example',
    })
    expect((await read(toRequest({}, page))).visitorKeys.of(NOW_MS)).toBe(key)
    const anonymous = toRequest({ context: { consent: 'anonymous' } }, page)
    expect((await read(anonymous)).visitorKeys.of(NOW_MS)).toBe(key)
  })

  test.each([
    ['with full consent, as it is recognised anyway', toRequest({ context: { consent: 'full' } }, page), {}],
    ['under Global Privacy Control', toRequest({}, { ...page, headers: { ...headers, 'sec-gpc': '1' } }), {}],
    [
      'under Do Not Track that the project honours',
      toRequest({}, { ...page, headers: { ...headers, dnt: '1' } }),
      { honoursDnt: true },
    ],
    ['without an address', toRequest({}, { ...page, address: null }), {}],
    ['without an agent', toRequest({}, { ...page, headers: {} }), {}],
  ])('is no visitor %s', async (_, request, settings) => {
    expect((await read(request, { settings })).visitorKeys.of(NOW_MS)).toBeNull()
  })
})

describe('a server', () => {
  const own = { headers: { 'user-agent': 'curl/8' }, address: '198.51.100.5', country: 'US', isDataCentre: true }

  test('says nothing about its users by its own agent, address and network', async () => {
    const context = await read(toRequest({}, own), { kind: 'secret', settings: { keepsAddresses: true } })
    expect(context).toMatchObject({ botReasons: null, country: null, ip: null })
    expect(context.visitorKeys.of(NOW_MS)).toBeNull()
  })

  test('may say whose agent and address they are, and then there is a visitor', async () => {
    const relayed = { userAgent: CHROME, ip: '203.0.113.77' }
    const context = await read(toRequest({ context: relayed }, own), { kind: 'secret' })
    expect(context).toMatchObject({ botReasons: null, agent: { browser: 'Chrome' } })
    expect(context.visitorKeys.of(NOW_MS)).not.toBeNull()
    const bot = await read(toRequest({ context: { userAgent: 'Googlebot/2.1' } }, own), { kind: 'secret' })
    expect(bot.botReasons).toEqual(['user_agent'])
  })

  test('may say an agent that nobody could store', async () => {
    const context = { userAgent: `\0\ud800${'x'.repeat(2_000)}` }
    const { userAgent } = await read(toRequest({ context }, own), {
      kind: 'secret',
      settings: { keepsUserAgents: true },
    })
    expect(userAgent).toBe(`\ufffd\ufffd${'x'.repeat(1_022)}`)
  })
})

test('a privacy signal counts as the project says', () => {
  const asks = (sent: Record<string, string>, honoursGpc: boolean, honoursDnt: boolean) =>
    asksForPrivacy(new Headers(sent), { honoursGpc, honoursDnt })
  expect(asks({ 'sec-gpc': '1' }, true, false)).toBe(true)
  expect(asks({ 'sec-gpc': '1' }, false, true)).toBe(false)
  expect(asks({ 'sec-gpc': '0' }, true, true)).toBe(false)
  expect(asks({ dnt: '1' }, true, false)).toBe(false)
  expect(asks({ dnt: '1' }, true, true)).toBe(true)
})

test('remembers actors for the batch', async () => {
  const { toActorId } = await read(toRequest({}, page))
  expect(toActorId('a')).toBe(toActorId('a'))
  expect(toActorId('a')).not.toBe(toActorId('b'))
})
