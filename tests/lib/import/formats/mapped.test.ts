import { expect, test } from 'vitest'
import { readMapped } from '../../../../lib/import/formats/mapped'

const csv = { isText: true, timezone: 'UTC' }
const json = { isText: false, timezone: 'UTC' }
const toItem = (translation: ReturnType<ReturnType<typeof readMapped>>) =>
  translation.kind === 'item' ? JSON.parse(JSON.stringify(translation.item)) : translation

test('columns fill the fields of their names, and the rest become properties that read as what they are', () => {
  const row = {
    timestamp: '2026-03-10',
    event: 'a',
    userId: '00012',
    price: '11.77',
    sku: '00012',
    isNew: 'true',
    note: ' ',
  }
  expect(toItem(readMapped(undefined, csv)(row))).toEqual({
    type: 'event',
    timestamp: Date.UTC(2026, 2, 10),
    event: 'a',
    userId: '00012',
    properties: { price: 11.77, sku: '00012', isNew: true },
  })
})

test('a mapping names columns and constants; once it names a property, only those are kept', () => {
  const mapping = {
    timestamp: 'date',
    event: '=purchase',
    'properties.revenue': 'dollars',
    'properties.currency': '=USD',
  }
  expect(toItem(readMapped(mapping, csv)({ date: '19970101', dollars: '5', other: 'x' }))).toEqual({
    type: 'event',
    timestamp: Date.UTC(1997, 0, 1),
    event: 'purchase',
    properties: { revenue: 5, currency: 'USD' },
  })
  expect(toItem(readMapped({ timestamp: 'date', event: '=a' }, csv)({ date: '19970101', dollars: '5' }))).toMatchObject(
    {
      properties: { dollars: 5 },
    },
  )
})

test('JSON keeps the types it has', () => {
  const row = {
    timestamp: 1_773_144_000_000,
    event: 'a',
    properties: { n: '5' },
    extra: [1],
    botReasons: ['user_agent'],
  }
  expect(toItem(readMapped(undefined, json)(row))).toEqual({
    type: 'event',
    timestamp: 1_773_144_000_000,
    event: 'a',
    properties: { n: '5', extra: [1] },
    botReasons: ['user_agent'],
  })
})

test('a line of the product’s own export is read again: the actor stands in where no user is named', () => {
  const row = {
    timestamp: '2026-03-10T00:00:00Z',
    event: 'a',
    actorId: 'x',
    personId: '1',
    userId: null,
    utmSource: 'news',
    properties: null,
  }
  expect(toItem(readMapped(undefined, json)(row))).toEqual({
    type: 'event',
    timestamp: Date.UTC(2026, 2, 10),
    event: 'a',
    anonymousId: 'x',
  })
})

test('an identification has traits', () => {
  const row = { type: 'identify', timestamp: 1_773_144_000_000, userId: 'u', traits: { plan: 'pro' } }
  expect(toItem(readMapped(undefined, json)(row))).toMatchObject({ type: 'identify', traits: { plan: 'pro' } })
})

test('without a time or a name a row is bad', () => {
  expect(readMapped(undefined, csv)({ event: 'a', timestamp: '' })).toEqual({
    kind: 'bad',
    reason: 'missing_timestamp',
  })
  expect(readMapped(undefined, csv)({ timestamp: '2026-03-10' })).toEqual({ kind: 'bad', reason: 'missing_event' })
  expect(readMapped(undefined, json)({ timestamp: 1e12, event: 'a', properties: [] })).toEqual({
    kind: 'bad',
    reason: 'invalid_properties',
  })
})

test('a record of type vitals is one navigation, its measures numbers in CSV, too', () => {
  const navigation = { type: 'vitals', timestamp: 1_773_144_000_000, route: '/a', lcp: 2_100.5, cls: 0, fid: 12 }
  expect(toItem(readMapped(undefined, json)({ ...navigation, custom: { search: 3 } }))).toMatchObject({
    ...navigation,
    custom: { search: 3 },
  })
  const cells = { type: 'vitals', timestamp: '1773144000000', route: '/a', lcp: '2100.5', cls: '0', fid: '12', inp: '' }
  const item = toItem(readMapped(undefined, csv)(cells))
  expect(item).toMatchObject(navigation)
  expect(item).not.toHaveProperty('inp')
  expect(item).not.toHaveProperty('properties')
  expect(readMapped(undefined, json)({ ...navigation, custom: 'none' })).toEqual({
    kind: 'bad',
    reason: 'invalid_properties',
  })
})
