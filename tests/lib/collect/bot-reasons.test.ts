import { describe, expect, test } from 'vitest'
import { lacksBrowserHeaders, namesHeadless, toBotReasons } from '../../../lib/collect/bot-reasons'
import { parseAgent } from '../../../lib/collect/parse-agent'

const NOTHING = {
  isNamedBot: false,
  isNamedHeadless: false,
  isDriven: false,
  lacksBrowserHeaders: false,
  isInDataCentre: false,
}

describe('a sender is marked', () => {
  test.each([
    [{ isNamedBot: true }, ['user_agent']],
    [{ isNamedHeadless: true }, ['headless']],
    [{ isNamedBot: true, isDriven: true }, ['user_agent', 'headless']],
    [{ isDriven: true, lacksBrowserHeaders: true }, ['headless', 'missing_headers']],
    [{ isDriven: true, isInDataCentre: true }, ['headless', 'data_centre']],
    [{ lacksBrowserHeaders: true, isInDataCentre: true }, ['missing_headers', 'data_centre']],
    [
      { isNamedBot: true, isNamedHeadless: true, isDriven: true, lacksBrowserHeaders: true, isInDataCentre: true },
      ['user_agent', 'headless', 'missing_headers', 'data_centre'],
    ],
  ])('with %o', (evidence, reasons) => expect(toBotReasons({ ...NOTHING, ...evidence })).toEqual(reasons))

  test.each([[{}], [{ isDriven: true }], [{ lacksBrowserHeaders: true }], [{ isInDataCentre: true }]])(
    'not with %o',
    (evidence) => expect(toBotReasons({ ...NOTHING, ...evidence })).toBeNull(),
  )
})

describe('what a browser never leaves out', () => {
  const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
  const SAFARI_15 =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Safari/605.1.15'
  const HTTPS = { 'accept-language': 'en', origin: 'https://shop.example' }
  const lacks = (headers: Record<string, string>, userAgent: string) =>
    lacksBrowserHeaders(new Headers(headers), parseAgent(userAgent))

  test.each([
    ['its language', CHROME, {}, true],
    ['its language, whatever the browser', SAFARI_15, { origin: 'https://shop.example' }, true],
    ['fetch metadata from an https page', CHROME, HTTPS, true],
  ])('%s', (_, userAgent, headers, expected) => expect(lacks(headers, userAgent)).toBe(expected))

  // What Chromium 156 sent, by fetch and by beacon.
  test.each([
    ['from an https page', CHROME, { ...HTTPS, 'sec-fetch-site': 'cross-site' }],
    [
      'from an http page, where there is no fetch metadata',
      CHROME,
      { 'accept-language': 'en', origin: 'http://shop.example' },
    ],
    ['without an origin', CHROME, { 'accept-language': 'en' }],
    ['from a browser that knows no fetch metadata', SAFARI_15, HTTPS],
    ['from a program that claims to be none', 'okhttp/4.12', {}],
    ['without an agent', '', {}],
  ])('is there %s', (_, userAgent, headers) => expect(lacks(headers, userAgent)).toBe(false))

  test('client hints may name a headless browser', () => {
    expect(namesHeadless(new Headers({ 'sec-ch-ua': '"HeadlessChrome";v="156", "Chromium";v="156"' }))).toBe(true)
    expect(namesHeadless(new Headers({ 'sec-ch-ua': '"Not:A-Brand";v="8", "Chromium";v="156"' }))).toBe(false)
    expect(namesHeadless(new Headers())).toBe(false)
  })
})
