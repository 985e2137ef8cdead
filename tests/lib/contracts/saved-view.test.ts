import { describe, expect, test } from 'vitest'
import { savedViewRequest, viewPath, viewQuery } from '@/lib/contracts/saved-view'

describe('the path of a view', () => {
  test.each(['/admin', '/admin/vitals', '/admin/people/-123'])('may be %s', (path) =>
    expect(viewPath.safeParse(path).success).toBe(true),
  )
  // What leads away from the dashboard would make a saved view a trap.
  test.each([
    '',
    'admin',
    '/',
    '//evil.example',
    '/admin//evil',
    '/administrator',
    '/admin/../x',
    '/admin?x=1',
    'https://x',
  ])('may not be %j', (path) => expect(viewPath.safeParse(path).success).toBe(false))
})

test('the query of a view leaves out the project, which is the view’s own', () => {
  expect(viewQuery.parse('project=shop&range=7d&country=DE')).toBe('range=7d&country=DE')
  expect(viewQuery.parse('projects=1&project=a&')).toBe('projects=1')
  expect(viewQuery.parse('')).toBe('')
  for (const wrong of ['?a=1', 'a=1#x', 'a b', 'x'.repeat(4_001)])
    expect(viewQuery.safeParse(wrong).success).toBe(false)
})

test('a view needs no filters', () => {
  expect(savedViewRequest.parse({ name: ' Mobile ', path: '/admin' })).toEqual({
    name: 'Mobile',
    path: '/admin',
    query: '',
  })
})
