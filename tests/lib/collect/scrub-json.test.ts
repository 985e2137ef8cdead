import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonRules, scrubJsonObject } from '../../../lib/collect/scrub-json'

const keep = <Value>(value: Value) => ({ value, cutCount: 0 })
const KEEP: JsonRules = { toName: keep, toText: keep, toNumber: (value) => value }
const scrub = (value: unknown, rules: Partial<JsonRules> = {}) => scrubJsonObject(value, { ...KEEP, ...rules })
const nest = (levels: number, open: string, close: string) =>
  JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`)

describe('a JSON object', () => {
  test('within the limits comes out as the very same', () => {
    const value = { a: 1, b: [1, 'x', null, { c: true }], d: { e: {} } }
    expect(scrub(value)?.value).toBe(value)
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null))),
        (each) => {
          expect(scrub(each)).toEqual({ value: each, cutCount: 0 })
        },
      ),
    )
  })

  test('goes through the rules in names and values at every level', () => {
    const rules = {
      toName: (name: string) => (name === 'no' ? null : keep(name.toUpperCase())),
      toText: (text: string) => ({ value: `${text}!`, cutCount: 1 }),
      toNumber: (value: number) => value + 1,
    }
    const value = { a: 'x', no: 'secret', b: [1, 'y', { no: 1, c: 2 }] }
    expect(scrub(value, rules)).toEqual({ value: { A: 'x!', B: [2, 'y!', { C: 3 }] }, cutCount: 2 })
    expect(value).toEqual({ a: 'x', no: 'secret', b: [1, 'y', { no: 1, c: 2 }] })
  })

  test('keeps its first 64 properties, those of inner objects included', () => {
    const many = (count: number, value: unknown = 1) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]))
    expect(scrub(many(64))?.cutCount).toBe(0)
    expect(scrub(many(100))).toEqual({ value: many(64), cutCount: 36 })
    expect(scrub({ a: many(60), b: 1, c: 2, d: 3, e: 4 })).toEqual({
      value: { a: many(60), b: 1, c: 2, d: 3 },
      cutCount: 1,
    })
    expect(scrub({ a: [many(60), many(60)], b: 1 })).toEqual({ value: { a: [many(60), many(3)] }, cutCount: 58 })
    expect(scrub(many(100_000))?.cutCount).toBe(99_936)
  })

  test('that loses its denied properties has room for others', () => {
    const value = Object.fromEntries(
      Array.from({ length: 128 }, (_, index) => [index % 2 ? `a${index}` : `no${index}`, 1]),
    )
    const scrubbed = scrub(value, { toName: (name) => (name.startsWith('no') ? null : keep(name)) })
    expect([Object.keys(scrubbed?.value ?? {}).length, scrubbed?.cutCount]).toEqual([64, 0])
  })

  test('nests three levels, arrays among them; what lies deeper is left out and counted', () => {
    expect(scrub({ a: { b: { c: 1 } } })?.cutCount).toBe(0)
    expect(scrub({ a: { b: { c: {} } }, x: 1 })).toEqual({ value: { a: { b: {} }, x: 1 }, cutCount: 1 })
    expect(scrub({ a: [[1, [2], { b: 3 }]] })).toEqual({ value: { a: [[1]] }, cutCount: 2 })
  })

  test('keeps the first 100 items of an array', () => {
    const items = Array.from({ length: 130 }, (_, index) => index)
    expect(scrub({ items })).toEqual({ value: { items: items.slice(0, 100) }, cutCount: 30 })
  })

  test('that nests a hundred thousand levels is read no deeper than three', () => {
    expect(scrub(nest(100_000, '{"a":', '}'))).toEqual({ value: { a: { a: {} } }, cutCount: 1 })
    expect(scrub({ a: nest(100_000, '[', ']') })).toEqual({ value: { a: [[]] }, cutCount: 1 })
  })

  test('keeps __proto__ and constructor as plain names, also in a copy', () => {
    const text = '{"no":1,"__proto__":{"admin":true},"constructor":1}'
    const scrubbed = scrub(JSON.parse(text), { toName: (name) => (name === 'no' ? null : keep(name)) })
    expect(JSON.stringify(scrubbed?.value)).toBe('{"__proto__":{"admin":true},"constructor":1}')
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('whose names become equal keeps the first and counts the others', () => {
    const toName = (name: string) => ({ value: name.slice(0, 1), cutCount: name.length > 1 ? 1 : 0 })
    expect(scrub({ ab: 1, ac: 2, a: 3, b: 4 }, { toName })).toEqual({ value: { a: 1, b: 4 }, cutCount: 4 })
  })

  test.each([[[]], ['text'], [5], [null], [undefined], [true]])('is not %o', (value) => {
    expect(scrub(value)).toBeNull()
  })
})
