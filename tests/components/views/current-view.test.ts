import { expect, test } from 'vitest'
import {
  SHARE_LIFETIMES,
  toExpiry,
  toShareablePath,
  toShareState,
  toViewHref,
  toViewQuery,
} from '@/components/views/current-view'
import { SHARE_DAYS_MAX } from '@/lib/contracts/share'

const NOW = Date.UTC(2026, 4, 1)

test('a view keeps the page’s state but not its project, and comes back with the project it belongs to', () => {
  const query = toViewQuery('project=shop&range=7d&route=%2Fa%20b')
  expect(query).toBe('range=7d&route=%2Fa+b')
  expect(toViewHref({ path: '/admin/vitals', query }, 'shop')).toBe('/admin/vitals?range=7d&route=%2Fa+b&project=shop')
  expect(toViewHref({ path: '/admin', query: 'project=evil' }, 'shop')).toBe('/admin?project=shop')
})

test('only pages of reports can be shared', () => {
  expect(toShareablePath('/admin/vitals')).toBe('/admin/vitals')
  for (const path of ['/admin/people', '/admin/settings', '/admin/vitals/x', '/']) {
    expect(toShareablePath(path)).toBeNull()
  }
})

test('links end within the time that is allowed', () => {
  expect(toExpiry(1, NOW)).toBe('2026-05-02T00:00:00.000Z')
  for (const { days } of SHARE_LIFETIMES) expect(days).toBeLessThanOrEqual(SHARE_DAYS_MAX)
})

test('a link is in use until it ends or is revoked', () => {
  const expiresAt = toExpiry(1, NOW)
  expect(toShareState({ revokedAt: null, expiresAt }, NOW)).toBe('in use')
  expect(toShareState({ revokedAt: null, expiresAt }, Date.parse(expiresAt))).toBe('ended')
  expect(toShareState({ revokedAt: expiresAt, expiresAt }, NOW)).toBe('revoked')
})
