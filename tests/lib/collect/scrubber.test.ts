import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toScrubber } from '../../../lib/collect/scrubber'
import { DEFAULT_POLICY, toProjectPolicy } from '../../../lib/contracts/project-policy'

const scrubber = toScrubber(DEFAULT_POLICY)
const CARD = '4242 4242 4242 4242'

/** The properties of a value; fails on one that is over a limit. */
function measure(value: unknown, depth = 1): number {
  if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(1_024)
  if (typeof value !== 'object' || value === null) return 0
  expect(depth).toBeLessThanOrEqual(3)
  if (Array.isArray(value)) expect(value.length).toBeLessThanOrEqual(100)
  else for (const name of Object.keys(value)) expect(name.length).toBeLessThanOrEqual(64)
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return Object.values(value).reduce<number>((sum, item) => sum + measure(item, depth + 1), own)
}

describe('a project’s scrubber', () => {
  test('redacts what its patterns find, tokens before addresses', () => {
    expect(scrubber.name(`jane@example.com paid with ${CARD}`)).toBe('[email] paid with [card]')
    expect(scrubber.name('postgres://user:p4ss@db.example/app')).toBe('postgres://[token]@db.example/app')
    expect(scrubber.name('plain \0')).toBe('plain \ufffd')
    expect([scrubber.name(''), scrubber.name(null), scrubber.name(undefined)]).toEqual([null, null, null])
  })

  test.each([
    ['sk_', 'live_abcdefghijklmnop'],
    ['bearer ', 'abcdefghijklmnopqrstuvwxyz'],
    ['xoxb-', 'abcdefghijkl'],
    ['AKIA', 'ABCDEFGHIJKLMNOP'],
    ['ghp_', 'abcdefghijklmnopqrstuvwxyz'],
    ['-----BEGIN PRIVATE ', 'KEY-----'],
  ])('looks closely at %s… though there is no digit in it', (prefix, rest) => {
    expect(scrubber.name(`${prefix}${rest}`)).toBe('[token]')
  })

  test('leaves alone what the project has switched off', () => {
    const off = toScrubber(
      toProjectPolicy({ scrubs: { email: false, card: false, token: false }, deniedProperties: [] }),
    )
    const text = `jane@example.com ${CARD} Bearer abc123def456`
    expect(off.name(text)).toBe(text)
    expect(off.name('\ud800')).toBe('\ufffd')
    expect(off.properties({ password: text })?.value).toEqual({ password: text })
    const cards = toScrubber(toProjectPolicy({ scrubs: { email: false, token: false } }))
    expect(cards.name(text)).toBe('jane@example.com [card] Bearer abc123def456')
  })

  test.each(['password', 'Password', 'accessToken', 'ACCESS-TOKEN', 'access_token', 'Credit Card', 'x-api-key'])(
    'denies the property %s at any depth',
    (name) => {
      expect(scrubber.properties({ [name]: 'x', a: { [name]: { b: 1 } } })).toEqual({ value: { a: {} }, cutCount: 0 })
    },
  )

  test('denies no more than it says', () => {
    const value = { password_strength: 3, tokens: 12, author: 'x', secretary: 'y' }
    expect(scrubber.properties(value)?.value).toEqual(value)
    const own = toScrubber(toProjectPolicy({ deniedProperties: ['Favourite-Colour'] }))
    expect(own.properties({ favouriteColour: 'red', password: 'x' })?.value).toEqual({ password: 'x' })
  })

  test('redacts names and numbers of properties, and keeps measurements numbers', () => {
    const number = 4_242_424_242_424_242
    expect(scrubber.properties({ 'jane@example.com': number })?.value).toEqual({ '[email]': '[card]' })
    expect(scrubber.measurements({ 'jane@example.com': number })?.value).toEqual({ '[email]': number })
  })

  test('keeps the address among traits, and nothing else that is secret', () => {
    const traits = { email: 'jane@example.com', note: CARD, key: 'Bearer abc123def456', password: 'x' }
    expect(scrubber.traits(traits)?.value).toEqual({ email: 'jane@example.com', note: '[card]', key: '[token]' })
  })

  test('cuts names at 64 and texts at 1,024 characters, counts each, and halves no character', () => {
    const name = 'n'.repeat(65)
    const text = `${'x'.repeat(1_023)}😀`
    expect(scrubber.properties({ [name]: text })).toEqual({
      value: { [name.slice(0, 64)]: 'x'.repeat(1_023) },
      cutCount: 2,
    })
    expect(scrubber.properties({ ['n'.repeat(64)]: 'x'.repeat(1_024) })?.cutCount).toBe(0)
    expect(scrubber.text('x'.repeat(11), 10)).toEqual({ value: 'x'.repeat(10), cutCount: 1 })
    expect(scrubber.text(null, 10)).toEqual({ value: null, cutCount: 0 })
  })

  test('cuts after it has redacted, so that no half of a secret stays', () => {
    const text = `${'x '.repeat(508)}jane.doe@example.com`
    expect(scrubber.properties({ text })?.value.text).toBe(`${'x '.repeat(508)}[email]`)
    const cut = `${'x '.repeat(511)}jane.doe@example.com`
    expect(scrubber.properties({ text: cut })?.value.text).toBe(`${'x '.repeat(511)}[e`)
  })

  test('reads little more of a text than it keeps', () => {
    const text = 'jane@example.com '.repeat(60_000)
    expect(scrubber.text(text, 1_024)).toMatchObject({ cutCount: 1 })
    expect(scrubber.text(text, 1_024).value?.length).toBeLessThanOrEqual(1_024)
    expect(scrubber.text(`${'x'.repeat(10_000)} jane@example.com`, 1_024).value).toBe('x'.repeat(1_024))
  })

  test('answers for a URL or a name as it did before', () => {
    for (let i = 0; i < 3; i += 1) {
      expect(scrubber.url('/u/jane@example.com?x=1')).toEqual({ value: '/u/[email]', cutCount: 0 })
      expect(scrubber.url('')).toEqual({ value: null, cutCount: 0 })
      expect(scrubber.properties({ password: 1, a: 1 })?.value).toEqual({ a: 1 })
    }
    for (let i = 0; i < 5_000; i += 1) {
      expect(scrubber.url(`/p/${i}`).value).toBe(`/p/${i}`)
      expect(scrubber.properties({ [`p${i}`]: i })?.value).toEqual({ [`p${i}`]: i })
    }
  })

  test('lets nothing out that is larger, deeper or less storable than the limits', () => {
    const json = fc.jsonValue({ maxDepth: 6, noUnicodeString: false, stringUnit: 'binary' })
    const objects = fc.dictionary(fc.string({ unit: 'binary', maxLength: 100 }), json, { maxKeys: 90 })
    fc.assert(
      fc.property(objects, (value) => {
        const before = JSON.stringify(value)
        const { value: kept, cutCount } = scrubber.properties(value) ?? { value: {}, cutCount: -1 }
        expect(measure(kept)).toBeLessThanOrEqual(64)
        expect(JSON.stringify(kept)).not.toMatch(/\\u0000|\\ud[89a-f]/)
        expect(cutCount).toBeGreaterThanOrEqual(0)
        // What went in is still what was sent, and what came out has nothing left to scrub.
        expect(JSON.stringify(value)).toBe(before)
        expect(scrubber.properties(kept)).toEqual({ value: kept, cutCount: 0 })
      }),
      { numRuns: 300 },
    )
  })

  test('is one per policy', () => {
    expect(toScrubber(DEFAULT_POLICY)).toBe(scrubber)
    expect(toScrubber({ ...DEFAULT_POLICY })).not.toBe(scrubber)
  })
})
