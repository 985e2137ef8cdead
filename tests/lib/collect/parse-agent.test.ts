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
  expect(parseAgent(text)).toEqual({ device, browser, os, botReasons: null })
  expect(parseAgent(text)).toBe(parseAgent(text))
})

test.each([
  'Googlebot/2.1 (+http://www.google.com/bot.html)',
  'curl/8.5.0',
  CHROME.replace('Chrome', 'HeadlessChrome'),
])('marks %s as a bot, with the reason', (text) => expect(parseAgent(text).botReasons).toEqual(['user_agent']))

test('says nothing about an absent or senseless agent', () => {
  for (const text of [null, undefined, '', '\0']) {
    expect(parseAgent(text)).toMatchObject({ device: null, browser: null, os: null })
  }
  expect(parseAgent('x'.repeat(100_000)).browser).toBeNull()
})
