import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scrubName, scrubObject, scrubText, scrubUrl, toUtm } from '../../../lib/collect/scrub'

describe('text', () => {
  test('loses what Postgres cannot store and nothing else', () => {
    expect(scrubText('a\0b')).toBe('a\ufffdb')
    expect(scrubText('\ud800x\udc00')).toBe('\ufffdx\ufffd')
    expect(scrubText('😀 ä \n')).toBe('😀 ä \n')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wellFormed = (text as string & { toWellFormed(): string }).toWellFormed()
        expect(scrubText(text)).toBe(wellFormed.replaceAll('\0', '\ufffd'))
      }),
    )
  })

  test('that is empty is absent', () => {
    expect([scrubName(''), scrubName(null), scrubName(undefined), scrubName('x')]).toEqual([null, null, null, 'x'])
  })
})

describe('a JSON object', () => {
  test('is scrubbed in keys and values at every level', () => {
    expect(scrubObject({ 'a\0': ['\ud800', { b: '\0' }], n: 1, t: true, x: null })).toEqual({
      'a\ufffd': ['\ufffd', { b: '\ufffd' }],
      n: 1,
      t: true,
      x: null,
    })
  })

  test('keeps __proto__ and constructor as plain keys', () => {
    const scrubbed = scrubObject(JSON.parse('{"__proto__":{"admin":true},"constructor":1}'))
    expect(JSON.stringify(scrubbed)).toBe('{"__proto__":{"admin":true},"constructor":1}')
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('may nest 32 levels and no more', () => {
    const nest = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
    expect(scrubObject(nest(32))).not.toBeNull()
    expect(scrubObject(nest(33))).toBeNull()
    expect(scrubObject({ a: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) })).toBeNull()
  })

  test.each([[[]], ['text'], [5], [null], [undefined], [true]])('is not %o', (value) => {
    expect(scrubObject(value)).toBeNull()
  })

  test('comes out as it went in when there is nothing to scrub', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
        const clean = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''))
        expect(JSON.stringify(scrubObject(clean))).toBe(JSON.stringify(clean))
      }),
    )
  })
})

describe('an address', () => {
  test.each([
    ['/recipes/[id]', '/recipes/[id]'],
    ['/r?token=s&utm_source=x&a=1&UTM_medium=y#frag', '/r?utm_source=x&UTM_medium=y'],
    ['/r?token=s', '/r'],
    ['/r#/inner?x=1', '/r'],
    ['https://user:pass@shop.example/p?q=private', 'https://shop.example/p'],
    ['?token=1', null],
    ['', null],
    [null, null],
  ])('%s is kept as %s', (url, expected) => {
    expect(scrubUrl(url)).toBe(expected)
  })
})

test('campaign parameters come from properties, then route, then referrer', () => {
  const route = '/r?utm_source=route&utm_medium=route%20m'
  const referrer = 'https://x.example/?utm_source=referrer&utm_medium=referrer&utm_term=t'
  expect(toUtm({ utm_source: 'property', utm_campaign: 5 }, route, referrer)).toEqual({
    utmSource: 'property',
    utmMedium: 'route m',
    utmCampaign: null,
    utmTerm: 't',
    utmContent: null,
  })
  expect(toUtm(null, `/r?utm_source=${'x'.repeat(500)}`, null).utmSource).toHaveLength(200)
  expect(Object.values(toUtm(null, null, null))).toEqual([null, null, null, null, null])
})
