import { expect, test } from 'vitest'
import { toNextPath } from '../../../lib/auth/next-path'

test.each(['/admin', '/admin/settings?range=7d', '/demo/recipes/1#top', '/'])('keeps %s', (path) => {
  expect(toNextPath(path)).toBe(path)
})

test.each([
  undefined,
  null,
  '',
  'admin',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/a\\b',
  '/\t/evil.example',
  '/a\nLocation: x',
  '/ä',
  '/sign-in',
  '/sign-in?next=/x',
  '/api/auth/refresh?next=/x',
  `/${'a'.repeat(3_000)}`,
])('goes home instead of %o', (text) => {
  expect(toNextPath(text)).toBe('/admin')
})
