import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createUserToken } from '@/lib/analytics/server/user-token'
import { isUserToken } from '@/lib/collect/user-token'

const secretKey = 'sk_test_0123456789abcdefghijklmn'
const keyHash = createHash('sha256').update(secretKey).digest('hex')

test.each(['user-1', 'Zoë 💡', ''])('the token of %j is the HMAC that the collector checks', async (userId) => {
  const token = await createUserToken(secretKey, userId)
  expect(token).toBe(createHmac('sha256', keyHash).update(userId).digest('hex'))
  expect(isUserToken([keyHash], userId, token)).toBe(true)
  expect(isUserToken([keyHash], `${userId}!`, token)).toBe(false)
})
