import { expect, test } from 'vitest'
import { toImportRow } from '../../../lib/import/import-row'
import { ID, NOW_MS, toContext } from '../collect/request'

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const toRow = (item: object) => {
  const outcome = toImportRow({ id: ID, timestamp: NOW_MS, event: 'a', ...item }, toContext('secret'))
  return outcome.ok ? outcome.row : outcome
}

test('each item has the agent that it names, and the raw one is not kept', () => {
  const row = toRow({ userAgent: AGENT })
  expect(row).toMatchObject({
    device: 'desktop',
    browser: 'Chrome',
    os: 'Linux',
    botReasons: null,
    userAgent: null,
    ip: null,
  })
  expect(toRow({ userAgent: AGENT, browser: 'fxios', device: 'Mobile' })).toMatchObject({
    browser: 'Firefox',
    device: 'mobile',
    os: 'Linux',
  })
})

test('an agent that names itself a bot is marked, and so is what was marked when it was exported', () => {
  expect(toRow({ userAgent: 'Googlebot/2.1' })).toMatchObject({ botReasons: ['user_agent'] })
  expect(toRow({ botReasons: ['headless', 'of my own'] })).toMatchObject({ botReasons: ['headless'] })
  expect(toRow({ botReasons: [] })).toMatchObject({ botReasons: null })
})

test('countries are two letters', () => {
  expect(['de', 'DEU', '', undefined].map((country) => (toRow({ country }) as { country: unknown }).country)).toEqual([
    'DE',
    null,
    null,
    null,
  ])
})

test('what ingestion refuses is refused here', () => {
  expect(toRow({ event: '' })).toEqual({ ok: false, reason: 'invalid_event' })
  expect(toRow({ timestamp: 1e17 })).toEqual({ ok: false, reason: 'invalid_timestamp' })
})
