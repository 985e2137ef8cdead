import { expect, test } from 'vitest'
import { personReference } from '../../../lib/contracts/people'

const actorId = '0196f6c5-0000-0000-0000-000000000001'

test.each([{ userId: 'u-1' }, { anonymousId: 'a' }, { actorId }])('one person is named in one way: %o', (given) => {
  expect(personReference.parse(given)).toEqual(given)
})

test.each([
  {},
  { userId: 'u-1', anonymousId: 'a' },
  { userId: '' },
  { actorId: 'u-1' },
  { actorId: '00000000-0000-0000-0000-000000000000' },
  { email: 'ann@example.com' },
  { userId: 'x'.repeat(201) },
])('anything else names nobody: %o', (given) => {
  expect(personReference.safeParse(given).success).toBe(false)
})
