import { expect, test } from 'vitest'
import { isCardNumber, redactCards } from '../../../lib/collect/redact-cards'

// Numbers that payment providers publish for tests.
test.each([
  ['4242424242424242', '[card]'],
  ['4222222222222', '[card]'],
  ['3782-822463-10005', '[card]'],
  ['3056 930902 5904', '[card]'],
  ['6011 1111 1111 1117', '[card]'],
  ['3566-0020-2036-0505', '[card]'],
  ['5555555555554444 and 2223003122003222', '[card] and [card]'],
  ['paid with 4242 4242 4242 4242, thanks', 'paid with [card], thanks'],
  ['2026 4242 4242 4242 4242', '2026 [card]'],
  ['4242 4242 4242 4242 2026', '[card] 2026'],
  ['n°4000056655665556.', 'n°[card].'],
  ['card4242424242424242', 'card[card]'],
  ['4242-4242-4242-4242-face', '[card]-face'],
])('%s becomes %s', (text, expected) => expect(redactCards(text)).toBe(expected))

test.each([
  '4242424242424241', // wrong check digit
  '424242424242', // too short
  '42424242424242424242424242424242', // too long: a hash, an account
  '1763700000005', // a time in ms
  '2026-11-21 13-31-45 2026-11-21',
  '42 42 42 42 42 42 42 42',
  '0000 0000 0000 0000',
  '+49 30 1234567',
  '550e8400-e29b-41d4-a716-446655440000',
  'signal-f779ed55-8409-4649-8399-97772f33a095', // a UUID, digits of which pass for a card
  '3D355155-9117-485B-ABE7-50EE003E6124',
  '4242424242424242a0', // a hash
  'commit a04242424242424242',
])('%s stays', (text) => expect(redactCards(text)).toBe(text))

test('a number without quotes is a card number, too', () => {
  expect(isCardNumber(4_242_424_242_424_242)).toBe(true)
  for (const value of [4_242_424_242_424_241, 42, 0.5, -4_242_424_242_424_242, 1e300, Number.NaN, 1_763_700_000_005]) {
    expect(isCardNumber(value)).toBe(false)
  }
})

// See redact-emails.test.ts: reading these again from every start would not end.
test.each([
  ['digits', '4'.repeat(1_000_000)],
  ['digits and dashes', '4-'.repeat(500_000)],
  ['groups that are none', '41 '.repeat(333_333)],
  ['cards', '4242424242424242 '.repeat(58_000)],
  ['groups of three', '411 '.repeat(250_000)],
  ['hexadecimal digits', 'a4'.repeat(500_000)],
  ['hexadecimal words', '4a4a '.repeat(200_000)],
])('a megabyte of %s is read once', (_, text) => expect(redactCards(text).length).toBeLessThanOrEqual(text.length))
