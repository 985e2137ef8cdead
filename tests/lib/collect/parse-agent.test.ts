import { expect, test } from 'vitest'
import { parseAgent } from '../../../lib/collect/parse-agent'

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
const IPAD =
  'Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.0 Mobile/15E148 Safari/604.1'

test.each([
  [CHROME, 'desktop', 'Chrome', 'Windows'],
  [IPHONE, 'mobile', 'Safari', 'iOS'],
  [IPAD, 'tablet', 'Safari', 'iOS'],
])('knows %s', (text, device, browser, os) => {
  expect(parseAgent(text)).toMatchObject({ device, browser, os, isBot: false, isBrowser: true })
  expect(parseAgent(text)).toBe(parseAgent(text))
})

test.each([
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
  'curl/8.5.0',
  CHROME.replace('Chrome', 'HeadlessChrome'),
])('hears %s call itself a bot', (text) => expect(parseAgent(text).isBot).toBe(true))

test.each([
  [CHROME, true],
  [CHROME.replace('140.0', '79.0'), false],
  [CHROME.replace('Safari/537.36', 'Safari/537.36 Edg/140.0.0.0'), true],
  [IPHONE, true],
  [IPHONE.replace('Version/18.0', 'Version/16.4'), true],
  [IPHONE.replace('Version/18.0', 'Version/16.3'), false],
  [IPHONE.replace('Version/18.0', 'CriOS/140.0.0.0'), false],
  [IPAD, false],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', true],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:89.0) Gecko/20100101 Firefox/89.0', false],
  ['Dalvik/2.1.0 (Linux; U; Android 14)', false],
])('knows whether %s sends fetch metadata: %s', (text, expected) => {
  expect(parseAgent(text).sendsFetchMetadata).toBe(expected)
})

test.each([
  'jane@example.com/1.0 x',
  'Mine17/1.0',
  'Foo\0Bar/1.0 (x)',
  `${'x'.repeat(900)}/1 `,
  'MyApp/2.1 CFNetwork/1 Darwin/23',
])('takes no text that an agent makes up for a browser: %j', (text) => expect(parseAgent(text).browser).toBeNull())

test('takes libraries and apps for no browser', () => {
  for (const text of ['okhttp/4.12', 'Dalvik/2.1.0 (Linux; U; Android 14)', 'Mozilla/5.0', 'Safari/1']) {
    expect(parseAgent(text).isBrowser).toBe(false)
  }
})

test('says nothing about an absent or senseless agent', () => {
  for (const text of [null, undefined, '', '\0']) {
    expect(parseAgent(text)).toMatchObject({ device: null, browser: null, os: null, isBot: false, isBrowser: false })
  }
  expect(parseAgent('x'.repeat(100_000)).browser).toBeNull()
})
