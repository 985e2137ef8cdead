import { expect, test } from 'vitest'
import { redactTokens } from '../../../lib/collect/redact-tokens'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
// Put together here, so that no scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('')

test.each([
  [JWT, '[token]'],
  [`/verify/${JWT}/now`, '/verify/[token]/now'],
  [JWT.split('.').slice(0, 2).join('.'), '[token]'],
  ['Authorization: Bearer abc123def456', 'Authorization: [token]'],
  ['bearer abcdefghijklmnopqrstuvwxyz', '[token]'],
  [join('sk_', 'live_abcdefghijklmnop'), '[token]'],
  [join('key pk_', 'test_4eC39HqL'), 'key [token]'],
  [join('sk_', 'Hb3-9xKq_2LmNoPqRsTuVwXyZ01-345'), '[token]'],
  [join('sk-ant-', 'api03-AbCdEfGhIjKlMnOpQrSt-uv'), '[token]'],
  [join('sk-', 'proj-AbCdEfGhIjKlMnOp1234'), '[token]'],
  [join('ghp_', '16C7e42F292c6912E7710c838347Ae178B4a'), '[token]'],
  [join('github_pat_', '11ABCDEFG0abcdefghij'), '[token]'],
  [join('glpat-', '1234567890abcdefghij'), '[token]'],
  [join('xoxb-', '123456789012-abcdef'), '[token]'],
  [join('id AKIA', 'IOSFODNN7EXAMPLE here'), 'id [token] here'],
  [join('AIza', 'SyA1234567890abcdefghijklmnopqrstuv'), '[token]'],
  [join('npm_', 'abcdefghijklmnopqrstuvwxyz0123456789'), '[token]'],
  ['postgres://user:p4ss@db.example/app', 'postgres://[token]@db.example/app'],
  ['access_token=abc123def456&x=1', 'access_token=[token]&x=1'],
  ['{"apiKey": "abc123def456"}', '{"apiKey": "[token]"}'],
  ['password: hunter2hunter2', 'password: [token]'],
  [join('-----BEGIN RSA PRIVATE ', 'KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest'), '[token]\nrest'],
  [join('-----BEGIN PRIVATE ', 'KEY-----\nMIIEvQ'), '[token]'],
])('%s becomes %s', (text, expected) => expect(redactTokens(text)).toBe(expected))

test.each([
  '550e8400-e29b-41d4-a716-446655440000',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'd670460b4b4aece5915caf5c68d12f560a9fe3e4',
  'bearer certificates',
  'unique constraint "pk_orders_2026_customer_idx"',
  'sk_SK',
  'token=$1',
  'Unexpected token: identifier',
  'token count: 12345678',
  'https://shop.example/p/1234567890',
  'eyJ is how they begin',
  'recipe_clicked 1234567890',
])('%s stays', (text) => expect(redactTokens(text)).toBe(text))

// See redact-emails.test.ts: reading these again from every start would not end.
test.each([
  ['eyJ'.repeat(333_333)],
  [`eyJ${'a'.repeat(1_000_000)}`],
  ['sk_'.repeat(333_333)],
  ['sk_a1_'.repeat(166_666)],
  [`${'bearer '.repeat(140_000)}1`],
  ['token='.repeat(166_666)],
  [`token=${'a'.repeat(1_000_000)}1`],
  [`://${'a'.repeat(500_000)}:${'b'.repeat(500_000)}1`],
  ['://a:'.repeat(200_000)],
  ['-----BEGIN PRIVATE KEY----'.repeat(38_000)],
])('a megabyte is read once: %.12s…', (text) => expect(redactTokens(text).length).toBeLessThanOrEqual(text.length))
