import { expect, test } from 'vitest'
import { parseShareToken } from '@/components/data/share-token'

test('a shared page’s path holds its token, and no other path does', () => {
  const token = `share_${'aB3-_'.repeat(8)}abc`
  expect(parseShareToken(`/share/${token}`)).toBe(token)
  expect(parseShareToken(`/share/${token}/`)).toBe(token)
  for (const path of ['/', '/admin', '/share/', '/share/x', `/admin/share/${token}`, `/share/${token}/x`]) {
    expect(parseShareToken(path)).toBeNull()
  }
})
