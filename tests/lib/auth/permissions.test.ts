import { describe, expect, test } from 'vitest'
import { type Grantee, isGranted, PERMISSIONS, type Permission } from '../../../lib/auth/permissions'

const permissions = Object.keys(PERMISSIONS) as Permission[]

describe('the permission table', () => {
  test('lets a stronger role do whatever a weaker one may', () => {
    for (const permission of permissions) {
      if (isGranted(permission, 'viewer')) expect(isGranted(permission, 'operator')).toBe(true)
      if (isGranted(permission, 'operator')) expect(isGranted(permission, 'admin')).toBe(true)
    }
  })

  test.each<[Permission, Grantee, boolean]>([
    ['reports.read', 'viewer', true],
    ['reports.read', 'secret', true],
    ['reports.read', 'publishable', false],
    ['reports.read', 'anonymous', false],
    ['reports.read', 'job', false],
    ['reports.read', 'member', false],
    ['keys.manage', 'admin', true],
    ['keys.manage', 'operator', false],
    ['keys.manage', 'secret', false],
    ['members.manage', 'secret', false],
    ['jobs.run', 'job', true],
    ['jobs.run', 'admin', false],
    ['collect.write', 'publishable', true],
  ])('%s for %s: %s', (permission, grantee, expected) => {
    expect(isGranted(permission, grantee)).toBe(expected)
  })

  test('gives a publishable key the right to write and nothing else', () => {
    expect(permissions.filter((permission) => isGranted(permission, 'publishable'))).toEqual(['collect.write'])
  })
})
