import { expect, test } from 'vitest'
import { redactEmails } from '../../../lib/collect/redact-emails'

test.each([
  ['jane@example.com', '[email]'],
  ['write to jane.doe+news@mail.example.co.uk, please', 'write to [email], please'],
  ['<jane@example.com>; "bob@example.org"', '<[email]>; "[email]"'],
  ['mailto:jane@example.com?subject=x', 'mailto:[email]?subject=x'],
  ['/reset/jane%40example.com/now', '/reset/[email]/now'],
  ['a=1&email=jane@example.com', 'a=1&email=[email]'],
  ['jürgen@exämple.de', '[email]'],
  ['x@xn--exmple-cua.xn--p1ai', '[email]'],
  ['a@b.co@c.de', '[email]@c.de'],
  [`${'x'.repeat(300)}@example.com`, '[email]'],
])('%s becomes %s', (text, expected) => expect(redactEmails(text)).toBe(expected))

test.each([
  '@mention',
  'growth@1.2.3',
  'user@localhost',
  'a @ b.com',
  '100% @ home',
  'no at sign',
  '%40',
  '/recipes/[id]',
])('%s stays', (text) => expect(redactEmails(text)).toBe(text))

// Each of these takes some 10^12 steps where a pattern goes back to every start: the test would not end.
test.each([
  ['a run without an end', `${'a'.repeat(1_000_000)}@`],
  ['at signs alone', '@'.repeat(1_000_000)],
  ['encoded ones in one run', 'a%40'.repeat(250_000)],
  ['labels without a top-level domain', `a@${'1.'.repeat(500_000)}`],
  ['dots', `a@a${'.'.repeat(1_000_000)}`],
])('a megabyte is read once: %s', (_, text) => expect(redactEmails(text)).toBe(text))
