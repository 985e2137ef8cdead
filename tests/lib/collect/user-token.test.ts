import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isUserToken, toUserToken } from '../../../lib/collect/user-token'

// As an application makes it from its secret key, with nothing of ours.
const toHash = (secretKey: string) => createHash('sha256').update(secretKey).digest('hex')
const toToken = (secretKey: string, userId: string) =>
  createHmac('sha256', toHash(secretKey)).update(userId).digest('hex')

test('is HMAC-SHA256 of the user id under the hash of a secret key', () => {
  expect(toUserToken(toHash('sk_1'), 'jürgen@example.com')).toBe(toToken('sk_1', 'jürgen@example.com'))
})

test('is believed from any of the project’s secret keys, for that user only', () => {
  const hashes = [toHash('sk_1'), toHash('sk_2')]
  expect(isUserToken(hashes, 'u1', toToken('sk_1', 'u1'))).toBe(true)
  expect(isUserToken(hashes, 'u1', toToken('sk_2', 'u1'))).toBe(true)
  const wrong = ['', 'x', toToken('sk_1', 'u2'), toToken('sk_3', 'u1'), toToken('sk_1', 'u1').toUpperCase()]
  for (const token of wrong) expect(isUserToken(hashes, 'u1', token)).toBe(false)
  expect(isUserToken([], 'u1', toToken('sk_1', 'u1'))).toBe(false)
})
