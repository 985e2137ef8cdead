import { expect, test } from 'vitest'
import { projectKey, projectKeyRequest } from '../../../lib/contracts/project-settings'

test('a key is asked for by its kind alone: then it has no label and no end', () => {
  expect(projectKeyRequest.parse({ kind: 'secret' })).toEqual({ kind: 'secret', label: '', expiresAt: null })
  expect(projectKeyRequest.parse({ kind: 'secret', expiresAt: null }).expiresAt).toBeNull()
})

test('an expiry is an ISO time in UTC, and nothing else', () => {
  const expiresAt = '2027-02-20T12:00:00.000Z'
  expect(projectKeyRequest.parse({ kind: 'publishable', expiresAt }).expiresAt).toBe(expiresAt)
  for (const wrong of [
    '',
    '90',
    'infinity',
    '2027-02-20',
    '2027-02-30T12:00:00Z',
    '2027-02-20T12:00:00+01:00',
    1,
    {},
  ]) {
    const { error } = projectKeyRequest.safeParse({ kind: 'publishable', expiresAt: wrong })
    expect([wrong, error?.issues[0]?.path]).toEqual([wrong, ['expiresAt']])
  }
})

test('a listed key always says whether it ends', () => {
  const key = {
    id: '1',
    kind: 'secret',
    prefix: 'sk_1234567',
    label: '',
    createdAt: '2026-11-22T12:00:00.000Z',
    revokedAt: null,
  }
  expect(projectKey.safeParse({ ...key, expiresAt: null }).success).toBe(true)
  expect(projectKey.safeParse({ ...key, expiresAt: '2027-02-20T12:00:00.000Z' }).success).toBe(true)
  expect(projectKey.safeParse(key).success).toBe(false)
})
