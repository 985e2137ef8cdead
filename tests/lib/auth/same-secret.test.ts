import { expect, test } from 'vitest'
import { isSameSecret } from '../../../lib/auth/same-secret'

test('is true for equal texts only', () => {
  expect(isSameSecret('secret', 'secret')).toBe(true)
  for (const other of ['', 'secreu', 'secre', 'secrets', 'Secret']) expect(isSameSecret(other, 'secret')).toBe(false)
})
