import { expect, test } from 'vitest'
import { loadChunk, pageClient, rememberPattern } from '@/lib/analytics/page-client'

test('a path is named by its pattern once that is known, and keeps its campaign', () => {
  expect(pageClient.toRoute({ pathname: '/recipes/42', search: '' })).toBe('/recipes/42')
  rememberPattern('/recipes/42', '/recipes/[id]')
  expect(pageClient.toRoute({ pathname: '/recipes/42', search: '?a=1&utm_source=x' })).toBe(
    '/recipes/[id]?utm_source=x',
  )
})

test('each chunk gives the function that it is for', async () => {
  for (const name of ['consent', 'refusal'] as const) expect(await loadChunk(name)).toBeTypeOf('function')
})

test('on a server it is silent', () => {
  expect(pageClient.isSilent()).toBe(true)
})
