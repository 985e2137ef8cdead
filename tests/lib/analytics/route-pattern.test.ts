import { expect, test } from 'vitest'
import { toRoutePattern } from '@/lib/analytics/route-pattern'

test.each([
  ['/', {}, '/'],
  ['/about', null, '/about'],
  ['/recipes/42', { id: '42' }, '/recipes/[id]'],
  ['/recipes/42/edit', { id: '42' }, '/recipes/[id]/edit'],
  ['/en/recipes/42', { lang: 'en', id: '42' }, '/[lang]/recipes/[id]'],
  ['/docs/a/b/c', { path: ['a', 'b', 'c'] }, '/docs/[...path]'],
  ['/docs', { path: undefined }, '/docs'],
  ['/shop/a/b/reviews/7', { path: ['a', 'b'], review: '7' }, '/shop/[...path]/reviews/[review]'],
])('%s with %o is %s', (pathname, params, pattern) => {
  expect(toRoutePattern(pathname, params)).toBe(pattern)
})

test('a value that stands twice is laid from the end, in the order of the parameters', () => {
  expect(toRoutePattern('/en/en', { lang: 'en', slug: 'en' })).toBe('/[lang]/[slug]')
  expect(toRoutePattern('/recipes/recipes', { id: 'recipes' })).toBe('/recipes/[id]')
})

test('values match in either encoding, and a stray percent sign is taken as it stands', () => {
  expect(toRoutePattern('/r/cr%C3%AApe%20x', { id: 'crêpe x' })).toBe('/r/[id]')
  expect(toRoutePattern('/r/cr%C3%AApe', { id: 'cr%C3%AApe' })).toBe('/r/[id]')
  expect(toRoutePattern('/r/100%', { id: '100%' })).toBe('/r/[id]')
})

test('parameters of parallel routes may come in any order, and those that the path does not show are left out', () => {
  expect(toRoutePattern('/a/1/2', { second: '2', first: '1' })).toBe('/a/[first]/[second]')
  expect(toRoutePattern('/a/1', { first: '1', modal: 'photo' })).toBe('/a/[first]')
})
