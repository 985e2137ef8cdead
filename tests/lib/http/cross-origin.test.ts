import { expect, test } from 'vitest'
import { answerPreflight, toCrossOriginHeaders } from '../../../lib/http/cross-origin'

test('names the asking origin, varies by it, and never allows credentials', () => {
  const response = answerPreflight(new Request('http://localhost/', { headers: { origin: 'https://shop.example' } }))
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  expect(response.headers.get('access-control-allow-headers')).toContain('Content-Type')
  expect(response.headers.get('vary')).toBe('Origin')
  expect(response.headers.has('access-control-allow-credentials')).toBe(false)
})

test('says nothing but Vary to who names no origin', () => {
  expect(toCrossOriginHeaders(new Headers())).toEqual([['Vary', 'Origin']])
})
