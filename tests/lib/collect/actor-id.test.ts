import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toActorId, toDigest, toStoredUser } from '../../../lib/collect/actor-id'

const reference = (key: string, message: string) => createHmac('sha256', key).update(message).digest('hex')

test('is the first half of HMAC-SHA256 under the project’s key, as a uuid', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (key, message) => {
      expect(Buffer.from(toDigest(key, message)).toString('hex')).toBe(reference(key, message))
      expect(toActorId(key, message).replaceAll('-', '')).toBe(reference(key, message).slice(0, 32))
    }),
  )
})

test('stores a uuid as itself in lower case, another id as its keyed hash with the id beside it', () => {
  const uuid = 'A1B2C3D4-0000-4000-8000-000000000001'
  expect(toStoredUser('key', uuid)).toEqual({ userId: uuid.toLowerCase(), externalId: null })
  expect(toStoredUser('key', 'u1')).toEqual({ userId: toActorId('key', 'u1'), externalId: 'u1' })
})
