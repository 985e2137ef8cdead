import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, toStorableId, toStorableText } from '../../../lib/collect/storable-text'

const isWellFormed = (text: string) => (text as string & { isWellFormed(): boolean }).isWellFormed()

test('text loses what Postgres cannot store and nothing else', () => {
  expect(toStorableText('a\0b')).toBe('a\ufffdb')
  expect(toStorableText('\ud800x\udc00')).toBe('\ufffdx\ufffd')
  expect(toStorableText('😀 ä \n')).toBe('😀 ä \n')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const wellFormed = (text as string & { toWellFormed(): string }).toWellFormed()
      expect(toStorableText(text)).toBe(wellFormed.replaceAll('\0', '\ufffd'))
    }),
  )
})

test('an empty id is absent', () => {
  expect([toStorableId(''), toStorableId(null), toStorableId(undefined), toStorableId('x\0')]).toEqual([
    null,
    null,
    null,
    'x\ufffd',
  ])
})

test('no cut goes through a character', () => {
  expect(cutText('abc', 3)).toBe('abc')
  expect(cutText('abc', 2)).toBe('ab')
  expect(cutText('a😀', 2)).toBe('a')
  expect(cutText('a😀', 3)).toBe('a😀')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, lengthMax) => {
      const cut = cutText(text, lengthMax)
      expect(text.startsWith(cut)).toBe(true)
      expect(cut.length).toBeLessThanOrEqual(lengthMax)
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, lengthMax - 1))
      expect(isWellFormed(cut)).toBe(isWellFormed(text))
    }),
  )
})
